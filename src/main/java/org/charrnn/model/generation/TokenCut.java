package org.charrnn.model.generation;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.graph.LoopVariables;
import org.charrnn.graph.LoopVariables.Handle;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Keeps the most likely tokens: the top k, then of these the nucleus (top p; <a
 * href="https://arxiv.org/abs/1904.09751">Holtzman et al., The Curious Case of Neural Text
 * Degeneration</a>). Of equally likely ones those with the lowest ids stay.
 *
 * @param topK number of tokens, scalar; 0 for all
 * @param topP the probability that the kept tokens must reach together, scalar; 1 for all. Empty if
 *     tokens are never cut to the nucleus
 */
public record TokenCut(Operand<TInt32> topK, Optional<Operand<TFloat64>> topP) {
  /** A nucleus rarely has more tokens; sorting a large vocabulary takes most of a token's time. */
  private static final int USUAL_NUCLEUS = 256;

  /** Returns whether the cut changes anything, scalar. */
  public Operand<TBool> isRequested(Ops tf, Operand<TFloat32> temperature) {
    var isTopK = tf.math.greater(topK, tf.constant(0));
    var cuts =
        topP.isPresent()
            ? tf.math.logicalOr(isTopK, tf.math.less(topP.get(), tf.constant(1.0)))
            : isTopK;
    return tf.math.logicalAnd(cuts, tf.math.greater(temperature, tf.constant(0f)));
  }

  /** Adds the settings to the variables of a loop. */
  InLoop addTo(LoopVariables variables) {
    return new InLoop(
        variables.add(topK, Shape.scalar()), topP.map(p -> variables.add(p, Shape.scalar())));
  }

  /** The settings as variables of a loop. */
  record InLoop(Handle<TInt32> topK, Optional<Handle<TFloat64>> topP) {
    TokenCut get(LoopVariables.Values v) {
      return new TokenCut(v.get(topK), topP.map(handle -> v.get(handle)));
    }
  }

  /**
   * Prepares cuts in a graph.
   *
   * @param classes tokens in the vocabulary
   * @param temperature divides the logits, scalar
   */
  InGraph in(Ops tf, int classes, Operand<TFloat32> temperature) {
    return new InGraph(tf, classes, temperature);
  }

  /** Cuts in one graph, which share what does not depend on the logits. */
  final class InGraph {
    private final Ops tf;
    private final int classes;
    private final Operand<TInt32> ids; // [classes]
    private final Operand<TBool> isTopK; // scalar
    private final Operand<TInt32> candidates; // of which the nucleus is taken, scalar
    private final Operand<TFloat32> inverseTemperature; // scalar

    private InGraph(Ops tf, int classes, Operand<TFloat32> temperature) {
      this.tf = tf;
      this.classes = classes;
      ids = tf.constant(IntStream.range(0, classes).toArray());
      isTopK = tf.math.greater(topK, tf.constant(0));
      var all = tf.constant(classes);
      candidates = tf.select(isTopK, tf.math.minimum(topK, all), all);
      inverseTemperature =
          tf.math.reciprocal(
              tf.math.maximum(temperature, tf.constant(SamplingConfig.MIN_TEMPERATURE)));
    }

    /**
     * Returns logits that are -Infinity for tokens that are cut off.
     *
     * @param logits {@code [rows, classes]}
     */
    Operand<TFloat32> apply(Operand<TFloat32> logits) {
      TopK<TFloat32, TInt32> top;
      Operand<TInt32> last; // index of the last one kept in each row, [rows, 1]
      if (topP.isEmpty()) {
        top = tf.nn.topK(logits, candidates, TInt32.class);
        last = tf.math.sub(candidates, tf.constant(1));
        last =
            tf.fill(
                tf.concat(List.of(rows(logits), tf.constant(new int[] {1})), tf.constant(0)), last);
      } else {
        top = tf.nn.topK(logits, sorted(logits), TInt32.class);
        last = lastOfNucleus(logits, top.values());
      }
      var axis = tf.constant(1);
      var lastLogit = tf.gather(top.values(), last, axis, Gather.batchDims(1L)); // [rows, 1]
      var lastId = tf.gather(top.indices(), last, axis, Gather.batchDims(1L));
      var kept = // [rows, classes]
          tf.math.logicalOr(
              tf.math.greater(logits, lastLogit),
              tf.math.logicalAnd(tf.math.equal(logits, lastLogit), tf.math.lessEqual(ids, lastId)));
      return tf.select(kept, logits, tf.constant(Float.NEGATIVE_INFINITY));
    }

    private Operand<TInt32> rows(Operand<TFloat32> logits) {
      return tf.slice(tf.shape(logits), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
    }

    /** Returns the number of tokens to sort: all candidates, or fewer that contain the nucleus. */
    private Operand<TInt32> sorted(Operand<TFloat32> logits) {
      if (classes <= USUAL_NUCLEUS) {
        return candidates;
      }
      var usual = tf.constant(USUAL_NUCLEUS);
      var few = tf.nn.topK(logits, usual, TInt32.class).values();
      var reached = sum(weights(few, largest(logits)));
      var isEnough = tf.math.greaterEqual(reached, nucleus(logits));
      var allRows = tf.all(isEnough, tf.constant(new int[] {0, 1}));
      var suffices =
          tf.math.logicalAnd(
              tf.math.less(topP.get(), tf.constant(1.0)),
              tf.math.logicalAnd(allRows, tf.math.logicalNot(isTopK)));
      return tf.select(suffices, usual, candidates);
    }

    /**
     * Returns the index of the last token of the nucleus, {@code [rows, 1]}.
     *
     * @param logits {@code [rows, classes]}
     * @param top of these the largest ones, in descending order
     */
    private Operand<TInt32> lastOfNucleus(Operand<TFloat32> logits, Operand<TFloat32> top) {
      var axis = tf.constant(1);
      var weights = weights(top, largest(top));
      var before = tf.math.cumsum(weights, axis, Cumsum.exclusive(true));
      var ofTopK = tf.math.mul(sum(weights), topP.get());
      var needed = tf.select(isTopK, ofTopK, nucleus(logits)); // [rows, 1]
      // Without a nucleus all are kept, even those whose weights are rounded to zero.
      var isKept =
          tf.math.logicalOr(
              tf.math.less(before, needed), tf.math.equal(topP.get(), tf.constant(1.0)));
      var kept = tf.dtypes.cast(isKept, TInt32.class);
      return tf.math.sub(
          tf.reduceSum(kept, axis, ReduceSum.keepDims(true)), tf.constant(1)); // [rows, 1]
    }

    /** The sum of the weights that the nucleus of all tokens must reach, {@code [rows, 1]}. */
    private Operand<TFloat64> nucleus(Operand<TFloat32> logits) {
      return tf.math.mul(sum(weights(logits, largest(logits))), topP.get());
    }

    /**
     * Returns the probabilities of tokens, relative to that of the most likely one. Not by softmax,
     * which rounds: with topP = 0.5, one of two equally likely tokens must stay.
     */
    private Operand<TFloat64> weights(Operand<TFloat32> logits, Operand<TFloat32> largest) {
      var scaled = tf.math.mul(tf.math.sub(logits, largest), inverseTemperature);
      return tf.dtypes.cast(tf.math.exp(scaled), TFloat64.class);
    }

    private Operand<TFloat32> largest(Operand<TFloat32> logits) {
      return tf.reduceMax(logits, tf.constant(1), ReduceMax.keepDims(true)); // [rows, 1]
    }

    private Operand<TFloat64> sum(Operand<TFloat64> weights) {
      return tf.reduceSum(weights, tf.constant(1), ReduceSum.keepDims(true)); // [rows, 1]
    }
  }
}
