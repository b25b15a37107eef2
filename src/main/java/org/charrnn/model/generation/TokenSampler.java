package org.charrnn.model.generation;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.graph.LoopVariables;
import org.charrnn.graph.LoopVariables.Handle;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Samples tokens in a graph: from softmax(logits / temperature), cut to the top k, then to the
 * nucleus (top p; Holtzman et al., 2019, "The Curious Case of Neural Text Degeneration").
 *
 * <p>A random number decides between the tokens, see {@link RandomNumbers}.
 *
 * @param classes tokens in the vocabulary
 * @param forbidden ids that are never sampled, such as that of the unknown token
 * @param nucleus whether tokens can be cut to the nucleus: then the settings have a top p
 * @param wordStarts if present, tokens are sampled only after the ids for which it is true, {@code
 *     [classes]}; after the others the most likely token is taken
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by equals
public record TokenSampler(
    int classes, int[] forbidden, boolean nucleus, Optional<boolean[]> wordStarts) {
  /** Temperatures below it are taken as 0; logits divided by it are still finite. */
  private static final float TINY = 1e-30f;

  /** The message if the logits are not finite. */
  static final String NOT_FINITE =
      "the model's logits are not finite: its weights are damaged or its training diverged; use an"
          + " earlier checkpoint or train again with a smaller learning rate";

  public TokenSampler {
    new AllowedTokens(classes, forbidden); // checks them
  }

  /**
   * How to sample, in the form that the loop needs; all scalars.
   *
   * @param inverseTemperature factor of the logits
   * @param cut whether tokens are cut off
   * @param candidates number of the most likely tokens that the cut considers, at least 1
   * @param topP the probability that the most likely tokens together must reach to be sampled from;
   *     1 for all. Empty if tokens are never cut to the nucleus
   */
  public record Settings(
      Operand<TFloat32> inverseTemperature,
      Operand<TBool> cut,
      Operand<TInt32> candidates,
      Optional<Operand<TFloat64>> topP) {

    /** Adds the settings to the variables of a loop. */
    LoopSettings addTo(LoopVariables variables) {
      return new LoopSettings(
          variables.add(inverseTemperature, Shape.scalar()),
          variables.add(cut, Shape.scalar()),
          variables.add(candidates, Shape.scalar()),
          topP.map(scalar -> variables.add(scalar, Shape.scalar())));
    }
  }

  /** The settings as variables of a loop. */
  record LoopSettings(
      Handle<TFloat32> inverseTemperature,
      Handle<TBool> cut,
      Handle<TInt32> candidates,
      Optional<Handle<TFloat64>> topP) {
    Settings get(LoopVariables.Values v) {
      return new Settings(
          v.get(inverseTemperature),
          v.get(cut),
          v.get(candidates),
          topP.map(handle -> v.get(handle)));
    }
  }

  /**
   * Creates settings.
   *
   * @param temperature scalar; 0 takes the most likely token
   * @param topK scalar: only the K most likely tokens can be sampled; 0 for all
   * @param topP scalar, above 0: only the most likely tokens that together have this probability
   *     can be sampled; 1 for all. Without the cut to the nucleus it is not used
   */
  public Settings settings(
      Ops tf, Operand<TFloat32> temperature, Operand<TInt32> topK, Operand<TFloat64> topP) {
    Operand<TBool> greedy = tf.math.less(temperature, tf.constant(TINY));
    Operand<TBool> isTopK = tf.math.greater(topK, tf.constant(0));
    Operand<TBool> isTopP = nucleus ? tf.math.less(topP, tf.constant(1.0)) : tf.constant(false);
    var one = tf.constant(1);
    var all = tf.constant(classes);
    var withoutTopK = tf.select(isTopP, all, one); // without a cut, the minimum
    return new Settings(
        tf.select(
            greedy,
            tf.constant(1f),
            tf.math.reciprocal(tf.math.maximum(temperature, tf.constant(TINY)))),
        tf.math.logicalOr(greedy, tf.math.logicalOr(isTopK, isTopP)),
        tf.select(greedy, one, tf.select(isTopK, tf.math.minimum(topK, all), withoutTopK)),
        nucleus ? Optional.of(topP) : Optional.empty());
  }

  /**
   * Samples a token for every row.
   *
   * @param logits {@code [rows, classes]}
   * @param previous the previous token, {@code [rows]}
   * @param u random numbers in [0, 1), {@code [rows]}
   * @return ids {@code [rows]}
   */
  Operand<TInt32> sample(
      Ops tf,
      Operand<TFloat32> logits,
      Operand<TInt32> previous,
      Operand<TFloat64> u,
      Settings settings) {
    Operand<TFloat32> allowed = allowed(tf, tf.debugging.checkNumerics(logits, NOT_FINITE));
    var scaled = tf.math.mul(allowed, settings.inverseTemperature());
    Operand<TInt32> sampled = pick(tf, tf.nn.softmax(cut(tf, scaled, settings)), u);
    if (wordStarts.isEmpty()) {
      return sampled;
    }
    var wordStart = tf.gather(tf.constant(wordStarts.get()), previous, tf.constant(0));
    return tf.select(wordStart, sampled, tf.math.argMax(allowed, tf.constant(1), TInt32.class));
  }

  /** Returns logits that are -Infinity for forbidden tokens. */
  private Operand<TFloat32> allowed(Ops tf, Operand<TFloat32> logits) {
    if (forbidden.length == 0) {
      return logits;
    }
    float[] mask = new float[classes];
    IntStream.of(forbidden).forEach(id -> mask[id] = Float.NEGATIVE_INFINITY);
    return tf.math.add(logits, tf.constant(mask));
  }

  /** Returns logits that are -Infinity for tokens cut off; of equal ones the lowest ids stay. */
  private Operand<TFloat32> cut(Ops tf, Operand<TFloat32> logits, Settings settings) {
    var axis = tf.constant(1);
    TopK<TFloat32, TInt32> top = tf.nn.topK(logits, settings.candidates(), TInt32.class);
    var last = last(tf, top.values(), settings); // [rows], index of the last one kept
    var lastLogit = tf.expandDims(tf.gather(top.values(), last, axis, Gather.batchDims(1L)), axis);
    var lastId = tf.expandDims(tf.gather(top.indices(), last, axis, Gather.batchDims(1L)), axis);
    var never = tf.constant(Float.NEGATIVE_INFINITY);
    var bound = tf.select(settings.cut(), lastLogit, never); // [rows, 1]
    var ids = tf.constant(IntStream.range(0, classes).toArray()); // [classes]
    var kept = // [rows, classes]
        tf.math.logicalOr(
            tf.math.greater(logits, bound),
            tf.math.logicalAnd(tf.math.equal(logits, bound), tf.math.lessEqual(ids, lastId)));
    return tf.select(kept, logits, never);
  }

  /**
   * Returns the index of the last candidate that is kept in each row.
   *
   * @param candidates logits {@code [rows, count]}, in descending order
   */
  private Operand<TInt32> last(Ops tf, Operand<TFloat32> candidates, Settings settings) {
    var axis = tf.constant(1);
    var first = tf.reduceMax(candidates, axis, ReduceMax.keepDims(true));
    var rows = tf.zerosLike(tf.squeeze(first, Squeeze.axis(List.of(1L))));
    var lastCandidate = tf.math.sub(settings.candidates(), tf.constant(1));
    var all = tf.math.add(tf.dtypes.cast(rows, TInt32.class), lastCandidate);
    if (settings.topP().isEmpty()) {
      return all;
    }
    // Not by softmax, which rounds: with topP = 0.5, one of two equally likely tokens must stay.
    var topP = settings.topP().get();
    var weights = tf.dtypes.cast(tf.math.exp(tf.math.sub(candidates, first)), TFloat64.class);
    var before = tf.math.cumsum(weights, axis, Cumsum.exclusive(true));
    var total = tf.reduceSum(weights, axis, ReduceSum.keepDims(true));
    var kept = tf.dtypes.cast(tf.math.less(before, tf.math.mul(topP, total)), TInt32.class);
    var lastOfNucleus = tf.math.sub(tf.reduceSum(kept, axis), tf.constant(1));
    return tf.select(tf.math.less(topP, tf.constant(1.0)), lastOfNucleus, all);
  }

  /**
   * Samples a column of each row by the inverse of the cumulative distribution.
   *
   * @param probabilities {@code [rows, columns]}
   * @param u {@code [rows]}, in [0, 1)
   */
  private static Operand<TInt32> pick(
      Ops tf, Operand<TFloat32> probabilities, Operand<TFloat64> u) {
    var columns = tf.constant(1);
    var ends = tf.math.cumsum(tf.dtypes.cast(probabilities, TFloat64.class), columns);
    var total = tf.reduceMax(ends, columns); // [rows]; 1 up to rounding
    var point = tf.expandDims(tf.math.mul(total, u), columns); // [rows, 1]
    return tf.squeeze(tf.upperBound(ends, point), Squeeze.axis(List.of(1L)));
  }

  /**
   * Samples a token for every row from the uniform distribution.
   *
   * @param u random numbers in [0, 1), {@code [rows]}
   */
  public Operand<TInt32> sampleUniformly(Ops tf, Operand<TFloat64> u) {
    int[] ids = new AllowedTokens(classes, forbidden).ids();
    var index = tf.dtypes.cast(tf.math.mul(u, tf.constant((double) ids.length)), TInt32.class);
    return tf.gather(tf.constant(ids), index, tf.constant(0));
  }
}
