package org.charrnn.model.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.charrnn.nn.SequenceLoss;
import org.charrnn.settings.BatchShape;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * The inputs of a graph that reads a batch. All can be fed; only the ids must be.
 *
 * @param shape of the rows that are read
 * @param x ids, {@code [batch, sequence]}
 * @param y the id that follows each, {@code [batch, sequence]}
 * @param weights of the positions in the loss, {@code [batch, sequence]}; ones unless fed
 * @param totalWeight scalar, by which the loss is divided
 * @param initialState each tensor {@code [batch, size]}
 * @param training scalar: 1 in a training step, which leaves something out at random; 0 unless fed
 * @param step scalar: each training step leaves out something else; 0 unless fed
 * @param firstRow scalar: for a part of a batch, the index of its first row; 0 unless fed
 */
public record BatchInputs(
    BatchShape shape,
    Placeholder<TInt32> x,
    Placeholder<TInt32> y,
    Operand<TFloat32> weights,
    Operand<TFloat32> totalWeight,
    List<Operand<TFloat32>> initialState,
    Operand<TFloat32> training,
    Operand<TInt64> step,
    Optional<Operand<TInt64>> firstRow) {
  /**
   * Adds the inputs to a graph.
   *
   * @param initialState the initial state unless it is fed, each {@code [batch, size]}
   */
  static BatchInputs create(Ops tf, BatchPart part, List<Operand<TFloat32>> initialState) {
    BatchShape shape = part.shape();
    Shape ids = Shape.of(shape.batchSize(), shape.sequenceLength());
    var ones =
        tf.fill(
            tf.constant(new int[] {shape.batchSize(), shape.sequenceLength()}), tf.constant(1f));
    var weights = tf.withName("weights").placeholderWithDefault(ones, ids);
    List<Operand<TFloat32>> state = new ArrayList<>();
    for (Operand<TFloat32> tensor : initialState) {
      state.add(tf.withName("state").placeholderWithDefault(tensor, tensor.shape()));
    }
    return new BatchInputs(
        shape,
        tf.withName("X").placeholder(TInt32.class, Placeholder.shape(ids)),
        tf.withName("Y").placeholder(TInt32.class, Placeholder.shape(ids)),
        weights,
        totalWeight(tf, part, weights),
        state,
        tf.withName("training").placeholderWithDefault(tf.constant(0f), Shape.scalar()),
        tf.withName("step").placeholderWithDefault(tf.constant(0L), Shape.scalar()),
        part.isWhole() ? Optional.empty() : Optional.of(firstRow(tf)));
  }

  /** The same inputs with another initial state. */
  BatchInputs withInitialState(List<Operand<TFloat32>> state) {
    return new BatchInputs(shape, x, y, weights, totalWeight, state, training, step, firstRow);
  }

  /**
   * Returns the probability, scalar, that something is kept: 1 unless this is a training step.
   *
   * @param dropped probability that it is dropped in a training step
   */
  Operand<TFloat32> keepProbability(Ops tf, float dropped) {
    return tf.math.sub(tf.constant(1f), tf.math.mul(training, tf.constant(dropped)));
  }

  private static Operand<TFloat32> totalWeight(Ops tf, BatchPart part, Operand<TFloat32> weights) {
    if (part.isWhole()) {
      return SequenceLoss.totalWeight(tf, weights);
    }
    var rows = tf.constant((float) part.lossRows() * part.shape().sequenceLength());
    return tf.withName("total_weight").placeholderWithDefault(rows, Shape.scalar());
  }

  private static Operand<TInt64> firstRow(Ops tf) {
    return tf.withName("first_row").placeholderWithDefault(tf.constant(0L), Shape.scalar());
  }
}
