package org.charrnn.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.types.TInt32;

/** Goes on with texts, as ids, in a graph. */
record TextGeneration(GenerationLoop loop) {
  /** The place of a token that is drawn before there is any to go on from. */
  static final int BEFORE_THE_FIRST = -1;

  /**
   * Goes on with texts. Where there is nothing to go on from, the first token is any of all alike,
   * as in char-rnn.
   *
   * @param length tokens added to each, scalar
   * @return what follows each prime, {@code [rows, length]}
   */
  Operand<TInt32> generate(
      Ops tf, TextOps.Encoded primes, Operand<TInt32> length, TokenSampler.Settings settings) {
    var one = tf.constant(new int[] {1});
    var rows = tf.math.sub(tf.shape(primes.rowSplits()), one); // [1]
    var starts = tf.slice(primes.rowSplits(), tf.constant(new int[] {0}), rows);
    var ends = tf.slice(primes.rowSplits(), one, rows);
    var lengths = tf.math.sub(ends, starts);
    var isEmpty =
        tf.expandDims(tf.math.equal(lengths, tf.constant(0)), tf.constant(1)); // [rows, 1]
    var any = // [rows, 1]
        tf.expandDims(
            loop.sampler().drawAny(tf, rows, tf.constant(BEFORE_THE_FIRST), settings.seed()),
            tf.constant(1));
    var ids = tf.select(isEmpty, any, padded(tf, primes.ids(), starts, lengths));
    var before = tf.math.maximum(tf.math.sub(lengths, tf.constant(1)), tf.constant(0));

    var state = loop.read(tf, "read_loop", ids, before);
    var last = tf.gather(ids, before, tf.constant(1), Gather.batchDims(1L)); // [rows]
    var written = loop.write(tf, "write_loop", last, state, tf.constant(0), length, settings).ids();

    // What was drawn for an empty prime is part of the text, and the last token is one too many.
    var fromAny =
        tf.slice(
            tf.concat(List.of(any, written), tf.constant(1)),
            tf.constant(new int[] {0, 0}),
            tf.shape(written));
    return tf.select(isEmpty, fromAny, written);
  }

  /**
   * Texts that lie one behind the other side by side, {@code [rows, longest]}, at least one wide.
   */
  private static Operand<TInt32> padded(
      Ops tf, Operand<TInt32> ids, Operand<TInt32> starts, Operand<TInt32> lengths) {
    var one = tf.constant(new int[] {1});
    var longest = tf.reduceMax(tf.concat(List.of(lengths, one), tf.constant(0)), tf.constant(0));
    var times = tf.range(tf.constant(0), longest, tf.constant(1)); // [longest]
    var places = tf.math.add(tf.expandDims(starts, tf.constant(1)), times); // [rows, longest]
    var padding = tf.fill(tf.expandDims(longest, tf.constant(0)), tf.constant(0));
    return tf.gather(tf.concat(List.of(ids, padding), tf.constant(0)), places, tf.constant(0));
  }
}
