package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.graph.ResourceVariable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * A {@link TrainingGraph} that trains on streams: it carries the state from step to step by itself
 * and adds up what the steps saw, so that a step need be given nothing but ids, and gives nothing.
 *
 * <p>A loss or a gradient that is not a number fails the step before anything changes.
 */
final class StreamGraph {
  /** The variables of the carried state are so called in a checkpoint, too. */
  private static final String STATE = "carried_state/";

  final TrainingGraph training;
  final Op step;

  /** Makes the state zeros, as it is before a stream's first window. */
  final Op startStreams;

  final Operand<TFloat64> lossSum; // scalar, of the steps since startCounting
  final Operand<TFloat32> largestNorm; // scalar, of the gradients of those steps
  final Op startCounting;

  /** What the streams carry from window to window, each {@code [batch, size]}. */
  final List<ResourceVariable> state = new ArrayList<>();

  /**
   * Builds the graph.
   *
   * @param graph empty, owned by the caller
   * @param part the rows of a batch that it learns from
   * @param options of the training
   * @param seed decides the initial weights and what is dropped
   */
  StreamGraph(Graph graph, ModelConfig config, BatchPart part, TrainingOptions options, long seed) {
    Ops tf = Ops.create(graph);
    List<Operand<TFloat32>> zeroState = new ArrayList<>();
    training =
        new TrainingGraph(
            graph,
            config,
            part,
            options,
            seed,
            zeros -> {
              zeroState.addAll(zeros);
              zeros.forEach(z -> state.add(variable(tf, STATE + state.size(), z.shape())));
              return state.stream().map(ResourceVariable::value).toList();
            });
    ForwardGraph forward = training.forward;

    // A checkpoint never holds the sums: a line of the history ends before each.
    var sum = tf.varHandleOp(TFloat64.class, Shape.scalar(), VarHandleOp.sharedName("loss_sum"));
    lossSum = tf.readVariableOp(sum, TFloat64.class);
    ResourceVariable norm = variable(tf, "largest_norm", Shape.scalar());
    largestNorm = norm.value();
    startCounting =
        group(
            tf,
            List.of(tf.assignVariableOp(sum, tf.constant(0.0)), norm.assign(tf, tf.constant(0f))));

    var loss = tf.debugging.checkNumerics(forward.meanLoss, "the loss");
    var gradientNorm = tf.debugging.checkNumerics(training.gradientNorm, "the norm");
    Ops checked = tf.withControlDependencies(List.of(loss, gradientNorm));
    List<Op> changes = new ArrayList<>(List.of(training.trainOp(checked)));
    changes.add(checked.assignAddVariableOp(sum, tf.dtypes.cast(loss, TFloat64.class)));
    changes.add(norm.assign(checked, tf.math.maximum(largestNorm, gradientNorm)));
    changes.addAll(assignState(checked, forward.finalState));
    step = group(tf, changes);
    startStreams = group(tf, assignState(tf, zeroState));
  }

  private static ResourceVariable variable(Ops tf, String name, Shape shape) {
    return ResourceVariable.create(tf, name, shape, new Constant<>(0.0));
  }

  private static Op group(Ops tf, List<Op> ops) {
    return tf.withControlDependencies(ops).noOp();
  }

  private List<Op> assignState(Ops tf, List<Operand<TFloat32>> values) {
    List<Op> assignments = new ArrayList<>();
    for (int i = 0; i < state.size(); i++) {
      assignments.add(state.get(i).assign(tf, values.get(i)));
    }
    return assignments;
  }

  /** All that a checkpoint holds: weights, the optimizer's variables, the carried state. */
  List<ResourceVariable> variables() {
    return Stream.of(training.forward.trainable, training.slots(), state)
        .flatMap(List::stream)
        .toList();
  }
}
