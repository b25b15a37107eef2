package org.charrnn.model.export;

import java.util.List;
import org.charrnn.graph.LoopVariables;
import org.charrnn.graph.LoopVariables.Handle;
import org.charrnn.model.Network;
import org.charrnn.model.generation.GenerationLoop;
import org.charrnn.model.generation.PrimeLoop;
import org.charrnn.model.generation.RowParts;
import org.charrnn.model.generation.TokenCut;
import org.charrnn.model.generation.TokenSampler;
import org.charrnn.model.generation.UntilLoop;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/** Continues texts of different lengths in a graph. */
record TextGeneration(Network network, TokenSampler sampler) {
  /** Parts in which many texts are computed side by side, on as many cores. */
  private static final RowParts PARTS = new RowParts(4);

  /** Turns ids {@code [rows, time]} into texts {@code [rows]}. */
  @FunctionalInterface
  interface Decoder {
    Operand<TString> decode(Ops tf, Operand<TInt32> ids);
  }

  /**
   * Continues texts. For an empty one the first token is sampled uniformly, as in char-rnn.
   *
   * @param length maximum number of tokens to add to each, scalar
   * @param seed of the random numbers, scalar
   * @param until ends texts
   * @return the continuation of each prime, {@code [rows]}
   */
  Operand<TString> generate(
      Ops tf,
      TextOps.Encoded primes,
      Operand<TInt32> length,
      Operand<TFloat32> temperature,
      TokenCut cut,
      Operand<TInt64> seed,
      UntilOps until,
      Decoder decoder) {
    var one = tf.constant(new int[] {1});
    var rows = tf.math.sub(tf.shape(primes.rowSplits()), one); // [1]
    var starts = tf.slice(primes.rowSplits(), tf.constant(new int[] {0}), rows);
    var ends = tf.slice(primes.rowSplits(), one, rows);
    var lengths = tf.math.sub(ends, starts);
    var isEmpty =
        tf.expandDims(tf.math.equal(lengths, tf.constant(0)), tf.constant(1)); // [rows, 1]
    var first = tf.expandDims(sampler.firstTokens(tf, rows, seed), tf.constant(1)); // [rows, 1]
    var ids = tf.select(isEmpty, first, padded(tf, primes.ids(), starts, lengths));
    var before = tf.math.maximum(tf.math.sub(lengths, tf.constant(1)), tf.constant(0));

    var state = PrimeLoop.of(network).read(tf, "read_loop", ids, before);
    var last = tf.gather(ids, before, tf.constant(1), Gather.batchDims(1L)); // [rows]
    var generated =
        new UntilLoop(new GenerationLoop(network, sampler, PARTS, true))
            .generate(
                tf,
                "generate_loop",
                new GenerationLoop.Beginning(last, state),
                length,
                temperature,
                cut,
                seed,
                new Ending(until, isEmpty, first, decoder));
    return until.cut(tf, decoder.decode(tf, withFirst(tf, isEmpty, first, generated)));
  }

  /**
   * Returns the ids after each prime. After an empty one, the first token is part of the text, so
   * the last is one too many.
   *
   * @param isEmpty whether a prime is empty, {@code [rows, 1]}
   * @param first {@code [rows, 1]}
   * @param generated {@code [rows, time]}
   * @return {@code [rows, time]}
   */
  private static Operand<TInt32> withFirst(
      Ops tf, Operand<TBool> isEmpty, Operand<TInt32> first, Operand<TInt32> generated) {
    var shifted =
        tf.slice(
            tf.concat(List.of(first, generated), tf.constant(1)),
            tf.constant(new int[] {0, 0}),
            tf.shape(generated));
    return tf.select(isEmpty, shifted, generated);
  }

  /** Ends the loop when a string occurs in all texts. */
  private record Ending(
      UntilOps until, Operand<TBool> isEmpty, Operand<TInt32> first, Decoder decoder)
      implements UntilLoop.Stop {
    private static final int MIN_TOKENS = 32;

    /**
     * A test reads the whole texts; they grow by a quarter between tests, so the time is linear.
     */
    private static final int QUARTER = 4;

    @Override
    public Inside addTo(LoopVariables variables) {
      Handle<TString> untilInLoop = variables.add(until.until(), Shape.scalar());
      Handle<TBool> isEmptyInLoop = variables.add(isEmpty, Shape.of(-1, 1));
      Handle<TInt32> firstInLoop = variables.add(first, Shape.of(-1, 1));
      return new Inside() {
        @Override
        public Operand<TInt32> tokensBeforeTest(
            Ops tf, LoopVariables.Values v, Operand<TInt32> generated) {
          var some =
              tf.math.maximum(
                  tf.constant(MIN_TOKENS), tf.math.div(generated, tf.constant(QUARTER)));
          var all = tf.constant(Integer.MAX_VALUE);
          return tf.select(new UntilOps(v.get(untilInLoop)).isNone(tf), all, some);
        }

        @Override
        public Operand<TBool> isDone(Ops tf, LoopVariables.Values v, Operand<TInt32> ids) {
          var after = withFirst(tf, v.get(isEmptyInLoop), v.get(firstInLoop), ids);
          var texts = decoder.decode(tf, after);
          return tf.all(new UntilOps(v.get(untilInLoop)).occurs(tf, texts), tf.constant(0));
        }
      };
    }
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
