package org.charrnn.model;

import static org.charrnn.graph.Operands.bool;
import static org.charrnn.graph.Operands.float32;
import static org.charrnn.graph.Operands.int32;
import static org.charrnn.graph.Operands.int64;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
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
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * Draws tokens in a graph: from softmax(logits / temperature), cut to its top k, then to its
 * nucleus (top p; Holtzman et al., 2019, "The Curious Case of Neural Text Degeneration").
 *
 * <p>The random number of a token is told by the seed, the token's row and its place in the text,
 * and by nothing else: a text is the same whatever the texts beside it, and however many tokens at
 * a time are drawn.
 *
 * @param classes tokens in the vocabulary
 * @param forbidden ids that are never drawn, such as the unknown symbol's
 * @param topP the probability that the likeliest tokens must reach together to be drawn from, above
 *     0; 1 for all
 * @param wordStarts if there, tokens are drawn only behind the ids that it is true for, {@code
 *     [classes]}; behind the others the likeliest one is taken
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it
record TokenSampler(int classes, int[] forbidden, double topP, Optional<boolean[]> wordStarts) {
  /** Below it a temperature is 0; divided by it, logits are still numbers. */
  private static final float TINY = 1e-30f;

  /** What is said if the logits are not numbers. */
  static final String BROKEN =
      "the model cannot go on: its weights are damaged or its training diverged, so use an earlier"
          + " checkpoint or train again with a smaller --learning-rate";

  TokenSampler {
    if (IntStream.of(forbidden).distinct().count() == classes) {
      throw new IllegalArgumentException("every token of the vocabulary is forbidden");
    }
  }

  /**
   * How to draw, made ready for a loop: all scalars.
   *
   * @param inverseTemperature factor of the logits
   * @param cut whether tokens are cut off
   * @param candidates how many of the likeliest tokens are looked at for the cut, at least 1
   */
  record Settings(
      Operand<TFloat32> inverseTemperature,
      Operand<TBool> cut,
      Operand<TInt32> candidates,
      Operand<TInt64> seed) {

    List<Operand<? extends TType>> operands() {
      return List.of(inverseTemperature, cut, candidates, seed);
    }

    /** Returns what {@link #operands()} became inside a loop. */
    static Settings of(List<Operand<? extends TType>> operands) {
      return new Settings(
          float32(operands.get(0)),
          bool(operands.get(1)),
          int32(operands.get(2)),
          int64(operands.get(3)));
    }
  }

  /**
   * Makes settings ready.
   *
   * @param temperature scalar; 0 takes the likeliest token, which is the top one
   * @param topK scalar: only that many of the likeliest tokens may be drawn; 0 for all
   * @param seed scalar
   */
  Settings settings(
      Ops tf, Operand<TFloat32> temperature, Operand<TInt32> topK, Operand<TInt64> seed) {
    Operand<TBool> greedy = tf.math.less(temperature, tf.constant(TINY));
    Operand<TBool> isTopK = tf.math.greater(topK, tf.constant(0));
    Operand<TBool> isTopP = tf.constant(topP < 1);
    var one = tf.constant(1);
    var all = tf.constant(classes);
    var withoutTopK = topP < 1 ? all : one; // nothing is cut then, and one is the least
    return new Settings(
        tf.select(
            greedy,
            tf.constant(1f),
            tf.math.reciprocal(tf.math.maximum(temperature, tf.constant(TINY)))),
        tf.math.logicalOr(greedy, tf.math.logicalOr(isTopK, isTopP)),
        tf.select(greedy, one, tf.select(isTopK, tf.math.minimum(topK, all), withoutTopK)),
        seed);
  }

  /**
   * Draws a token for every row.
   *
   * @param logits {@code [rows, classes]}
   * @param previous the token before, {@code [rows]}
   * @param place of the token in its text, scalar
   * @return ids {@code [rows]}
   */
  Operand<TInt32> draw(
      Ops tf,
      Operand<TFloat32> logits,
      Operand<TInt32> previous,
      Operand<TInt32> place,
      Settings settings) {
    Operand<TFloat32> allowed = allowed(tf, tf.debugging.checkNumerics(logits, BROKEN));
    var scaled = tf.math.mul(allowed, settings.inverseTemperature());
    var u = random(tf, tf.shape(previous), place, settings.seed());
    Operand<TInt32> drawn = pick(tf, tf.nn.softmax(cut(tf, scaled, settings)), u);
    if (wordStarts.isEmpty()) {
      return drawn;
    }
    var wordStart = tf.gather(tf.constant(wordStarts.get()), previous, tf.constant(0));
    return tf.select(wordStart, drawn, tf.math.argMax(allowed, tf.constant(1), TInt32.class));
  }

  /** Returns logits that are -Infinity for what is never drawn. */
  private Operand<TFloat32> allowed(Ops tf, Operand<TFloat32> logits) {
    if (forbidden.length == 0) {
      return logits;
    }
    float[] mask = new float[classes];
    IntStream.of(forbidden).forEach(id -> mask[id] = Float.NEGATIVE_INFINITY);
    return tf.math.add(logits, tf.constant(mask));
  }

  /** Returns logits that are -Infinity for what is cut off; of equals the lowest ids are kept. */
  private Operand<TFloat32> cut(Ops tf, Operand<TFloat32> logits, Settings settings) {
    var axis = tf.constant(1);
    TopK<TFloat32, TInt32> top = tf.nn.topK(logits, settings.candidates(), TInt32.class);
    var last = last(tf, top.values(), settings.candidates()); // [rows], the place of the last kept
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
   * Returns the place of the last candidate that is kept in each row.
   *
   * @param candidates logits {@code [rows, count]}, falling
   */
  private Operand<TInt32> last(Ops tf, Operand<TFloat32> candidates, Operand<TInt32> count) {
    var axis = tf.constant(1);
    var first = tf.reduceMax(candidates, axis, ReduceMax.keepDims(true));
    if (topP == 1) {
      var rows = tf.zerosLike(tf.squeeze(first, Squeeze.axis(List.of(1L))));
      return tf.math.add(tf.dtypes.cast(rows, TInt32.class), tf.math.sub(count, tf.constant(1)));
    }
    // Not by a softmax: it rounds, and half of two equal tokens must be one of them.
    var weights = tf.dtypes.cast(tf.math.exp(tf.math.sub(candidates, first)), TFloat64.class);
    var likelier = tf.math.cumsum(weights, axis, Cumsum.exclusive(true));
    var nucleus =
        tf.math.mul(tf.constant(topP), tf.reduceSum(weights, axis, ReduceSum.keepDims(true)));
    var kept = tf.dtypes.cast(tf.math.less(likelier, nucleus), TInt32.class);
    return tf.math.sub(tf.reduceSum(kept, axis), tf.constant(1));
  }

  /**
   * Draws a column of each row.
   *
   * @param probabilities {@code [rows, columns]}; laid end to end, what u falls into is drawn
   * @param u {@code [rows]}, in [0, 1)
   */
  private static Operand<TInt32> pick(
      Ops tf, Operand<TFloat32> probabilities, Operand<TFloat64> u) {
    var columns = tf.constant(1);
    var ends = tf.math.cumsum(tf.dtypes.cast(probabilities, TFloat64.class), columns);
    var all = tf.reduceMax(ends, columns); // [rows]; 1, or nearly so
    var place = tf.expandDims(tf.math.mul(all, u), columns); // [rows, 1]
    return tf.squeeze(tf.upperBound(ends, place), Squeeze.axis(List.of(1L)));
  }

  /** Returns a number in [0, 1) for each row. */
  private static Operand<TFloat64> random(
      Ops tf, Operand<TInt32> shape, Operand<TInt32> place, Operand<TInt64> seed) {
    var seeds = tf.stack(List.of(seed, tf.dtypes.cast(place, TInt64.class)));
    return tf.random.statelessRandomUniform(shape, seeds, TFloat64.class);
  }

  /**
   * Draws a token for every row, each as likely as the others.
   *
   * @param shape {@code [1]}: the number of rows
   */
  Operand<TInt32> drawAny(
      Ops tf, Operand<TInt32> shape, Operand<TInt32> place, Operand<TInt64> seed) {
    int[] ids =
        IntStream.range(0, classes)
            .filter(id -> IntStream.of(forbidden).noneMatch(other -> other == id))
            .toArray();
    var u = random(tf, shape, place, seed);
    var index = tf.dtypes.cast(tf.math.mul(u, tf.constant((double) ids.length)), TInt32.class);
    return tf.gather(tf.constant(ids), index, tf.constant(0));
  }
}
