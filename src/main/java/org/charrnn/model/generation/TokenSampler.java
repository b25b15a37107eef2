package org.charrnn.model.generation;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.RowRandom;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.graph.LoopVariables;
import org.charrnn.graph.LoopVariables.Handle;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Samples tokens in a graph: from softmax(logits / temperature), of which {@link TokenCut} may cut
 * unlikely tokens off.
 *
 * <p>It takes the token with the largest logit + temperature * noise, where the noise has a Gumbel
 * distribution (Gumbel, 1954; <a href="https://arxiv.org/abs/1411.0030">Maddison et al., A*
 * Sampling</a>): that token is distributed as the softmax says, and needs few operations. So a
 * temperature of 0 takes the most likely token; of equally likely ones that with the lowest id.
 *
 * @param classes tokens in the vocabulary
 * @param forbidden ids that are never sampled, such as that of the unknown token
 * @param wordStarts if present, tokens are sampled only after the ids for which it is true, {@code
 *     [classes]}; after the others the most likely token is taken
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by equals
public record TokenSampler(int classes, int[] forbidden, Optional<boolean[]> wordStarts) {
  /** The message if the logits are not finite. */
  static final String NOT_FINITE =
      "the model's logits are not finite: its weights are damaged or its training diverged; use an"
          + " earlier checkpoint or train again with a smaller learning rate";

  public TokenSampler {
    new AllowedTokens(classes, forbidden); // checks them
  }

  /**
   * How to sample.
   *
   * @param temperature scalar
   * @param cut which tokens can be sampled, if not all
   */
  public record Settings(Operand<TFloat32> temperature, Optional<TokenCut> cut) {
    /** Returns the same settings for sampling from all tokens. */
    Settings withoutCut() {
      return new Settings(temperature, Optional.empty());
    }

    /** Adds the settings to the variables of a loop. */
    LoopSettings addTo(LoopVariables variables) {
      return new LoopSettings(
          variables.add(temperature, Shape.scalar()), cut.map(c -> c.addTo(variables)));
    }
  }

  /** The settings as variables of a loop. */
  record LoopSettings(Handle<TFloat32> temperature, Optional<TokenCut.InLoop> cut) {
    Settings get(LoopVariables.Values v) {
      return new Settings(v.get(temperature), cut.map(c -> c.get(v)));
    }
  }

  /** Samples several tokens in each row, in one graph. */
  final class Iteration {
    private final Ops tf;
    private final Optional<TokenCut.InGraph> cut;
    private final Optional<Operand<TFloat32>> mask; // [classes], -Infinity for forbidden tokens
    private final List<Output<TFloat32>> noise; // each [rows, classes]

    private Iteration(Ops tf, Operand<TFloat32> random, int tokens, Settings settings) {
      this.tf = tf;
      cut = settings.cut.map(c -> c.in(tf, classes, settings.temperature));
      mask = forbidden.length == 0 ? Optional.empty() : Optional.of(tf.constant(mask()));
      noise = noise(random, tokens, settings.temperature);
    }

    private float[] mask() {
      float[] numbers = new float[classes];
      IntStream.of(forbidden).forEach(id -> numbers[id] = Float.NEGATIVE_INFINITY);
      return numbers;
    }

    private List<Output<TFloat32>> noise(
        Operand<TFloat32> random, int tokens, Operand<TFloat32> temperature) {
      var used =
          tf.slice(
              random, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, tokens * classes}));
      var log = tf.math.log(tf.math.add(used, tf.constant(RowRandom.HALF_STEP)));
      var factor =
          tf.math.neg(
              tf.math.minimum(temperature, tf.constant(SamplingConfig.MAX_TEMPERATURE))); // scalar
      var all = tf.math.mul(tf.math.log(tf.math.neg(log)), factor);
      var byToken = tf.reshape(all, tf.constant(new int[] {-1, tokens, classes}));
      return tf.unstack(byToken, (long) tokens, Unstack.axis(1L)).output();
    }

    /**
     * Samples a token for every row.
     *
     * @param index of the token, less than the number of tokens
     * @param logits {@code [rows, classes]}
     * @param previous the previous token, {@code [rows]}
     * @return ids {@code [rows]}
     */
    Operand<TInt32> sample(int index, Operand<TFloat32> logits, Operand<TInt32> previous) {
      // Weights that are not finite make all later logits so: it is enough to check some.
      boolean isLast = index == noise.size() - 1;
      Operand<TFloat32> checked = isLast ? tf.debugging.checkNumerics(logits, NOT_FINITE) : logits;
      Operand<TFloat32> allowed = mask.isPresent() ? tf.math.add(checked, mask.get()) : checked;
      Operand<TFloat32> kept = cut.isPresent() ? cut.get().apply(allowed) : allowed;
      if (wordStarts.isEmpty()) {
        return mostLikely(tf.math.add(kept, noise.get(index)));
      }
      var wordStart = tf.gather(tf.constant(wordStarts.get()), previous, tf.constant(0));
      return tf.select(
          wordStart, mostLikely(tf.math.add(kept, noise.get(index))), mostLikely(allowed));
    }

    private Operand<TInt32> mostLikely(Operand<TFloat32> scores) {
      return tf.math.argMax(scores, tf.constant(1), TInt32.class);
    }
  }

  /**
   * Prepares the sampling of several tokens.
   *
   * @param random numbers in [0, 1), {@code [rows, at least tokens * classes]}
   */
  Iteration iteration(Ops tf, Operand<TFloat32> random, int tokens, Settings settings) {
    return new Iteration(tf, random, tokens, settings);
  }

  /**
   * Samples the first tokens of texts without a prime, uniformly from all tokens.
   *
   * @param rows number of texts, {@code [1]}; they are the rows 0, 1, 2 and so on
   * @param seed scalar
   * @return ids {@code [rows]}
   */
  public Operand<TInt32> firstTokens(Ops tf, Operand<TInt32> rows, Operand<TInt64> seed) {
    var position = tf.constant((long) RowRandom.POSITION_BEFORE_TEXT);
    var u =
        tf.random.statelessRandomUniform(
            rows, tf.stack(List.of(seed, position)), TFloat64.class); // [rows]
    int[] ids = new AllowedTokens(classes, forbidden).ids();
    var index = tf.dtypes.cast(tf.math.mul(u, tf.constant((double) ids.length)), TInt32.class);
    return tf.gather(tf.constant(ids), index, tf.constant(0));
  }
}
