package org.charrnn.model.training;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.GradientClipping;
import org.tensorflow.Operand;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Takes training steps: clips the gradients, updates the weights by Adam, carries the state to the
 * next window and adds up statistics. It does not matter where the gradients come from.
 *
 * <p>If the loss or the gradient norm is not finite, the step fails before anything changes.
 */
final class UpdateGraph {
  private final TrainingVariables variables;
  private final Placeholder<TFloat32> learningRate; // scalar
  private final GradientClipping clipping;
  private final Operand<TFloat64> lossSum; // scalar, of the steps since resetStatistics
  private final Operand<TFloat32> maxNorm; // scalar, of the steps since resetStatistics
  private final Op resetStatistics;
  private final Op resetState;
  private final Op step;

  /**
   * What a step computes before it changes anything.
   *
   * @param meanLoss scalar, in nats
   * @param gradients with respect to each weight, in order
   * @param state to carry to the next window; none if it is not carried
   */
  record StepResults(
      Operand<TFloat32> meanLoss,
      List<? extends Operand<TFloat32>> gradients,
      List<? extends Operand<TFloat32>> state) {}

  /**
   * Adds the update to the graph that owns the variables.
   *
   * @param clipNorm largest global norm of the gradients; infinity does not clip them
   */
  UpdateGraph(Ops tf, TrainingVariables variables, StepResults results, float clipNorm) {
    this.variables = variables;
    learningRate =
        tf.withName("learning_rate").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    clipping = GradientClipping.byGlobalNorm(tf, new ArrayList<>(results.gradients()), clipNorm);

    // Statistics are not in checkpoints: they are reset after each.
    var sum = tf.varHandleOp(TFloat64.class, Shape.scalar(), VarHandleOp.sharedName("loss_sum"));
    lossSum = tf.readVariableOp(sum, TFloat64.class);
    ResourceVariable largest =
        ResourceVariable.create(tf, "largest_norm", Shape.scalar(), new Constant<>(0.0));
    maxNorm = largest.value();
    resetStatistics =
        group(
            tf,
            List.of(
                tf.assignVariableOp(sum, tf.constant(0.0)), largest.assign(tf, tf.constant(0f))));

    var loss = tf.debugging.checkNumerics(results.meanLoss(), "the loss");
    var norm = tf.debugging.checkNumerics(clipping.globalNorm(), "the gradient norm");
    Ops checked = tf.withControlDependencies(List.of(loss, norm));
    List<Op> changes = new ArrayList<>();
    changes.add(
        variables.adam().applyGradients(checked, clipping.gradients(), learningRate, "train_op"));
    changes.add(checked.assignAddVariableOp(sum, tf.dtypes.cast(loss, TFloat64.class)));
    changes.add(largest.assign(checked, tf.math.maximum(maxNorm, norm)));
    changes.addAll(assignState(checked, results.state()));
    step = group(tf, changes);

    List<Operand<TFloat32>> zeros = new ArrayList<>();
    for (ResourceVariable tensor : variables.state()) {
      int[] shape = {(int) tensor.shape().get(0), (int) tensor.shape().get(1)};
      zeros.add(tf.fill(tf.constant(shape), tf.constant(0f)));
    }
    resetState = group(tf, assignState(tf, zeros));
  }

  private static Op group(Ops tf, List<Op> ops) {
    return tf.withControlDependencies(ops).noOp();
  }

  private List<Op> assignState(Ops tf, List<? extends Operand<TFloat32>> values) {
    List<Op> assignments = new ArrayList<>();
    for (int i = 0; i < variables.state().size(); i++) {
      assignments.add(variables.state().get(i).assign(tf, values.get(i)));
    }
    return assignments;
  }

  /** The variables that a step changes. */
  TrainingVariables variables() {
    return variables;
  }

  /** Scalar, to be fed: Adam's learning rate. */
  Placeholder<TFloat32> learningRate() {
    return learningRate;
  }

  /** The gradients after clipping, and their norm before it. */
  GradientClipping clipping() {
    return clipping;
  }

  /** Takes a step. */
  Op step() {
    return step;
  }

  /** Sets the carried state to zeros, as before the first window of a stream. */
  Op resetState() {
    return resetState;
  }

  /** Scalar: the sum of the losses since {@link #resetStatistics()}. */
  Operand<TFloat64> lossSum() {
    return lossSum;
  }

  /** Scalar: the largest gradient norm since {@link #resetStatistics()}. */
  Operand<TFloat32> maxNorm() {
    return maxNorm;
  }

  /** Starts new statistics. */
  Op resetStatistics() {
    return resetStatistics;
  }
}
