package org.charrnn.model.export;

import java.util.List;
import org.charrnn.model.generation.GenerationLoop;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.generation.TokenSampler;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.types.TInt32;

/** Continues texts of different lengths, as ids, in a graph. */
record TextGeneration(GenerationLoop loop) {
  /**
   * Continues texts. For an empty one the first token is sampled uniformly, as in char-rnn.
   *
   * @param length tokens to add to each, scalar
   * @return the continuation of each prime, {@code [rows, length]}
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
    var position = tf.constant(GenerationModel.POSITION_BEFORE_TEXT);
    var first = // [rows, 1]
        tf.expandDims(
            loop.sampler().sampleUniformly(tf, rows, position, settings.seed()), tf.constant(1));
    var ids = tf.select(isEmpty, first, padded(tf, primes.ids(), starts, lengths));
    var before = tf.math.maximum(tf.math.sub(lengths, tf.constant(1)), tf.constant(0));

    var state = loop.read(tf, "read_loop", ids, before);
    var last = tf.gather(ids, before, tf.constant(1), Gather.batchDims(1L)); // [rows]
    var generated =
        loop.generate(tf, "generate_loop", last, state, tf.constant(0), length, settings).ids();
    // After an empty prime, the first token is part of the text, so the last is one too many.
    var withFirst =
        tf.slice(
            tf.concat(List.of(first, generated), tf.constant(1)),
            tf.constant(new int[] {0, 0}),
            tf.shape(generated));
    return tf.select(isEmpty, withFirst, generated);
  }

  /** Returns concatenated texts as rows, {@code [rows, longest]}, with at least one column. */
  private static Operand<TInt32> padded(
      Ops tf, Operand<TInt32> ids, Operand<TInt32> starts, Operand<TInt32> lengths) {
    var one = tf.constant(new int[] {1});
    var longest = tf.reduceMax(tf.concat(List.of(lengths, one), tf.constant(0)), tf.constant(0));
    var times = tf.range(tf.constant(0), longest, tf.constant(1)); // [longest]
    var indices = tf.math.add(tf.expandDims(starts, tf.constant(1)), times); // [rows, longest]
    var padding = tf.fill(tf.expandDims(longest, tf.constant(0)), tf.constant(0));
    return tf.gather(tf.concat(List.of(ids, padding), tf.constant(0)), indices, tf.constant(0));
  }
}
