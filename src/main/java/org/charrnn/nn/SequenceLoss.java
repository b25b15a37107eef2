package org.charrnn.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.op.nn.SparseSoftmaxCrossEntropyWithLogits;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Softmax cross entropy over sequences: {@code tf.contrib.seq2seq.sequence_loss} with its defaults,
 * averaged over time and batch.
 */
public final class SequenceLoss {
  /** Keeps a loss over no weight at all at zero instead of NaN, as the original does. */
  private static final float TINY = 1e-12f;

  private SequenceLoss() {}

  /**
   * Adds the loss to a graph.
   *
   * <p>It is built on the dense cross entropy, whose gradient TensorFlow-Java knows; the sparse one
   * has none there.
   *
   * @param logits {@code [batch, time, classes]}, unscaled scores, not activated
   * @param targets {@code [batch, time]}, ids from 0 to classes - 1
   * @param weights {@code [batch, time]}, what each position counts; 0 leaves it out
   * @return scalar: the sum of the weighted losses, in nats, over the sum of the weights
   */
  public static Operand<TFloat32> create(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> targets, Operand<TFloat32> weights) {
    return create(tf, logits, targets, weights, totalWeight(tf, weights));
  }

  /**
   * Adds the part of a loss to a graph that some rows of a batch have in it.
   *
   * @param logits {@code [rows, time, classes]}, unscaled scores, not activated
   * @param targets {@code [rows, time]}, ids from 0 to classes - 1
   * @param weights {@code [rows, time]}, what each position counts; 0 leaves it out
   * @param totalWeight scalar, of the whole batch
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
   * @param ofLogits {@code [rows, classes]}
   */
  public record WithGradient(Operand<TFloat32> loss, Operand<TFloat32> ofLogits) {}

  /**
   * Adds the loss of some rows to a graph, with its gradient written out: softmax less one-hot.
   *
   * @param logits {@code [rows, classes]}
   * @param targets {@code [rows]}, ids from 0 to classes - 1
   * @param shares {@code [rows]}, what each row counts, as {@link #shares} gives it
   */
  public static WithGradient withGradient(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> targets, Operand<TFloat32> shares) {
    var crossEntropy = SparseSoftmaxCrossEntropyWithLogits.create(tf.scope(), logits, targets);
    var columns = tf.expandDims(shares, tf.constant(1)); // [rows, 1]
    return new WithGradient(
        tf.reduceSum(tf.math.mul(crossEntropy.loss(), shares), tf.constant(0)),
        tf.math.mul(crossEntropy.backprop(), columns));
  }

  /**
   * What each position counts in the mean.
   *
   * @param weights {@code [batch, time]}
   * @param totalWeight scalar
   * @return {@code [batch, time]}: the weights over the total
   */
  public static Operand<TFloat32> shares(
      Ops tf, Operand<TFloat32> weights, Operand<TFloat32> totalWeight) {
    return tf.math.div(weights, totalWeight);
  }

  /** Returns the sum of weights {@code [batch, time]}, which the loss is a mean over. */
  public static Operand<TFloat32> totalWeight(Ops tf, Operand<TFloat32> weights) {
    return tf.math.add(tf.reduceSum(flat(tf, weights), tf.constant(0)), tf.constant(TINY));
  }

  private static <T extends TType> Operand<T> flat(Ops tf, Operand<T> matrix) {
    return tf.reshape(matrix, tf.constant(new int[] {-1}));
  }
}
