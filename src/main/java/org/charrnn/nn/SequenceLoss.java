package org.charrnn.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Max;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Softmax cross entropy over sequences, averaged over time and batch: {@code
 * tf.contrib.seq2seq.sequence_loss} with its defaults.
 */
public final class SequenceLoss {
  /** Makes the loss 0 instead of NaN if all weights are 0, as in the original. */
  private static final float TINY = 1e-12f;

  private SequenceLoss() {}

  /**
   * Adds the loss to a graph.
   *
   * <p>It uses the dense cross entropy, since TensorFlow-Java has no gradient for the sparse one.
   *
   * @param logits {@code [batch, time, classes]}, not activated
   * @param targets {@code [batch, time]}, ids from 0 to classes - 1
   * @param weights {@code [batch, time]}, weight of each position; 0 excludes it
   * @return scalar: the sum of the weighted losses, in nats, over the sum of the weights
   */
  public static Operand<TFloat32> create(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> targets, Operand<TFloat32> weights) {
    return create(tf, logits, targets, weights, totalWeight(tf, weights));
  }

  /**
   * Adds the share of the loss that some rows of a batch contribute.
   *
   * @param logits {@code [rows, time, classes]}, not activated
   * @param targets {@code [rows, time]}, ids from 0 to classes - 1
   * @param weights {@code [rows, time]}, weight of each position; 0 excludes it
   * @param totalWeight scalar, sum of the weights of the whole batch
   * @return scalar: the sum of the weighted losses, in nats, over the total weight
   */
  public static Operand<TFloat32> create(
      Ops tf,
      Operand<TFloat32> logits,
      Operand<TInt32> targets,
      Operand<TFloat32> weights,
      Operand<TFloat32> totalWeight) {
    int classes = Math.toIntExact(logits.shape().get(2));
    var flatLogits = tf.reshape(logits, tf.constant(new int[] {-1, classes}));
    var flatTargets =
        tf.oneHot(flat(tf, targets), tf.constant(classes), tf.constant(1f), tf.constant(0f));
    var crossEntropy = // [batch * time]
        SoftmaxCrossEntropyWithLogits.create(tf.scope(), flatLogits, flatTargets).loss();
    var sum = tf.reduceSum(tf.math.mul(crossEntropy, flat(tf, weights)), tf.constant(0));
    return tf.math.div(sum, totalWeight);
  }

  /**
   * A loss and its gradient.
   *
   * @param loss scalar
   * @param dLogits gradient with respect to the logits, {@code [rows, classes]}
   */
  public record WithGradient(Operand<TFloat32> loss, Operand<TFloat32> dLogits) {}

  /**
   * Adds the loss of some rows to a graph, with its gradient, softmax minus one-hot, computed
   * explicitly.
   *
   * <p>Written out, it takes half of the time of {@code SparseSoftmaxCrossEntropyWithLogits}.
   *
   * @param logits {@code [rows, classes]}
   * @param targets {@code [rows]}, ids from 0 to classes - 1
   * @param normalizedWeights {@code [rows]}, as returned by {@link #normalizedWeights}
   */
  public static WithGradient withGradient(
      Ops tf,
      Operand<TFloat32> logits,
      Operand<TInt32> targets,
      Operand<TFloat32> normalizedWeights) {
    var columns = tf.constant(1); // the axis
    var shifted = tf.math.sub(logits, tf.max(logits, columns, Max.keepDims(true))); // at most 0
    var exp = tf.math.exp(shifted);
    var expSum = tf.sum(exp, columns, Sum.keepDims(true)); // [rows, 1]
    var rows = tf.range(tf.constant(0), tf.size(targets), tf.constant(1));
    var places = tf.stack(List.of(rows, targets), Stack.axis(1L)); // [rows, 2]
    var losses = tf.math.sub(flat(tf, tf.math.log(expSum)), tf.gatherNd(shifted, places));
    var factors = tf.math.div(tf.expandDims(normalizedWeights, columns), expSum); // [rows, 1]
    return new WithGradient(
        tf.reduceSum(tf.math.mul(losses, normalizedWeights), tf.constant(0)),
        tf.tensorScatterNdSub(tf.math.mul(exp, factors), places, normalizedWeights));
  }

  /**
   * Divides weights by their total.
   *
   * @param weights {@code [batch, time]}
   * @param totalWeight scalar
   * @return {@code [batch, time]}
   */
  public static Operand<TFloat32> normalizedWeights(
      Ops tf, Operand<TFloat32> weights, Operand<TFloat32> totalWeight) {
    return tf.math.div(weights, totalWeight);
  }

  /** Returns the sum of weights {@code [batch, time]}, by which the loss is divided. */
  public static Operand<TFloat32> totalWeight(Ops tf, Operand<TFloat32> weights) {
    return tf.math.add(tf.reduceSum(flat(tf, weights), tf.constant(0)), tf.constant(TINY));
  }

  private static <T extends TType> Operand<T> flat(Ops tf, Operand<T> matrix) {
    return tf.reshape(matrix, tf.constant(new int[] {-1}));
  }
}
