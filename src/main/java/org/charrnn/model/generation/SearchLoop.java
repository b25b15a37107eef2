package org.charrnn.model.generation;

import java.util.List;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.graph.LoopVariables;
import org.charrnn.graph.LoopVariables.Handle;
import org.charrnn.graph.LoopVariables.Values;
import org.charrnn.model.Network;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceAll;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Extends the beginnings of a beam search in a loop in the graph, by one token in an iteration.
 *
 * <p>Tokens are columns: indices of the allowed tokens. The log probability of an impossible
 * extension is minus infinity.
 *
 * @param allowed the tokens that texts may have
 */
record SearchLoop(Network network, AllowedTokens allowed) {
  /** Follows the last element of a forbidden sequence. */
  static final int NONE = -1;

  /**
   * Beginnings, the best first.
   *
   * @param last the last token of each, an id, {@code [rows]}
   * @param state before that token
   * @param logProbabilities {@code [rows]}
   */
  record Beginnings(Operand<TInt32> last, RnnState state, Operand<TFloat64> logProbabilities) {}

  /**
   * What is extended how far.
   *
   * @param steps scalar, at least 1
   * @param places scalar, extensions to keep in each step
   * @param forbidden sequences of columns that may not follow the beginnings: for each step an
   *     element of each, {@code [steps, rows, sequences]}. The last is {@link #lastOf} the column,
   *     those after it are {@link #NONE}
   */
  record Limits(Operand<TInt32> steps, Operand<TInt32> places, Operand<TInt32> forbidden) {}

  /**
   * The extensions of all steps, those of the first step first, in each step the best first: as
   * many as there are places, or all.
   *
   * @param indices in {@code [rows, columns]}, flattened; the rows are those of the step before
   * @param logProbabilities of the extensions
   * @param finite whether the logits of all rows are finite, {@code [steps]}
   * @param state before the last token of the last step's extensions
   * @param logits of the last step, {@code [rows, classes]}
   */
  record Extensions(
      Operand<TInt32> indices,
      Operand<TFloat64> logProbabilities,
      Operand<TBool> finite,
      RnnState state,
      Operand<TFloat32> logits) {}

  /** Returns the last element of a forbidden sequence. */
  static int lastOf(int column, int columns) {
    return columns + column;
  }

  /**
   * Extends beginnings.
   *
   * @param name of the loop, unique in the graph
   */
  Extensions extend(Ops tf, String name, Beginnings beginnings, Limits limits) {
    Body body = new Body(tf, beginnings, limits);
    LoopVariables.Loop loop = body.variables.define(tf, name, body::hasNext, body::iterate, false);
    return body.extensions(loop.run(tf, name, initial -> {}));
  }

  /** The loop's variables and what it does with them. */
  private final class Body {
    private final LoopVariables variables = new LoopVariables();
    private final Handle<TInt32> step;
    private final Handle<TInt32> steps;
    private final Handle<TInt32> places;
    private final Handle<TInt32> forbidden;
    private final Handle<TInt32> last;
    private final Handle<TFloat64> logProbabilities;
    private final StepNetwork.Variables inLoop;
    private final Handle<TInt32> origin; // row before the first step, [rows]
    private final Handle<TBool> hasBegun; // with each sequence, [rows, sequences]

    // Of all steps, and the logits of the last:
    private final Handle<TInt32> allIndices;
    private final Handle<TFloat64> allLogProbabilities;
    private final Handle<TBool> allFinite;
    private final Handle<TFloat32> logits;

    Body(Ops tf, Beginnings beginnings, Limits limits) {
      step = variables.add(tf.constant(0), Shape.scalar());
      steps = variables.add(limits.steps, Shape.scalar());
      places = variables.add(limits.places, Shape.scalar());
      forbidden = variables.add(limits.forbidden, Shape.of(-1, -1, -1));
      last = variables.add(beginnings.last, Shape.of(-1));
      logProbabilities = variables.add(beginnings.logProbabilities, Shape.of(-1));
      inLoop = StepNetwork.Variables.add(variables, network, beginnings.state);
      var rows = tf.range(tf.constant(0), tf.size(beginnings.last), tf.constant(1));
      origin = variables.add(rows, Shape.of(-1));
      var first = tf.gather(limits.forbidden, tf.constant(0), tf.constant(0));
      hasBegun = variables.add(tf.math.equal(first, first), Shape.of(-1, -1));
      allIndices = variables.add(tf.constant(new int[0]), Shape.of(-1));
      allLogProbabilities = variables.add(tf.constant(new double[0]), Shape.of(-1));
      allFinite = variables.add(tf.constant(new boolean[0]), Shape.of(-1));
      logits = variables.add(tf.constant(new float[0][0]), Shape.of(-1, -1));
    }

    Operand<TBool> hasNext(Ops tf, Values v) {
      return tf.math.less(v.get(step), v.get(steps));
    }

    Extensions extensions(Values v) {
      return new Extensions(
          v.get(allIndices),
          v.get(allLogProbabilities),
          v.get(allFinite),
          inLoop.state(v),
          v.get(logits));
    }

    void iterate(Ops tf, Values v) {
      StepNetwork network = StepNetwork.of(tf, inLoop.network(v));
      var axis = tf.constant(0);
      var columns = tf.constant(allowed.ids().length);
      RnnCell.Step read = network.step(tf, v.get(last), inLoop.state(v));
      v.set(logits, network.network().softmax().logits(tf, read.output()));
      var elements = // that matter here, [rows, sequences]
          tf.select(
              v.get(hasBegun),
              tf.gather(tf.gather(v.get(forbidden), v.get(step), axis), v.get(origin), axis),
              tf.constant(NONE));
      var all = logProbabilitiesOfExtensions(tf, v);
      var possible = forbid(tf, tf.reshape(all, tf.constant(new int[] {-1})), elements, columns);
      var best =
          tf.nn.topK(possible, tf.math.minimum(v.get(places), tf.size(possible)), TInt32.class);
      var row = tf.math.floorDiv(best.indices(), columns);
      var column = tf.math.sub(best.indices(), tf.math.mul(row, columns));

      v.set(step, tf.math.add(v.get(step), tf.constant(1)));
      v.set(last, isAnyForbidden() ? tf.gather(tf.constant(allowed.ids()), column, axis) : column);
      v.set(logProbabilities, best.values());
      v.set(inLoop.state(), read.state().gather(tf, row).tensors());
      v.set(origin, tf.gather(v.get(origin), row, axis));
      v.set(
          hasBegun,
          tf.math.equal(tf.gather(elements, row, axis), tf.expandDims(column, tf.constant(1))));
      append(tf, v, allIndices, best.indices());
      append(tf, v, allLogProbabilities, best.values());
    }

    private boolean isAnyForbidden() {
      return allowed.ids().length < network.config().classes();
    }

    private Operand<TFloat32> allowed(Ops tf, Operand<TFloat32> logits) {
      return isAnyForbidden()
          ? tf.gather(logits, tf.constant(allowed.ids()), tf.constant(1))
          : logits;
    }

    /** Adds the log softmax, in double precision, to the beginnings, {@code [rows, columns]}. */
    private Operand<TFloat64> logProbabilitiesOfExtensions(Ops tf, Values v) {
      var wide = tf.dtypes.cast(allowed(tf, v.get(logits)), TFloat64.class);
      var axis = tf.constant(1);
      var max = tf.reduceMax(wide, axis, ReduceMax.keepDims(true)); // prevents overflow
      var shifted = tf.math.sub(wide, max);
      var sum = tf.reduceSum(tf.math.exp(shifted), axis, ReduceSum.keepDims(true));
      var logSum = tf.math.log(sum); // [rows, 1]
      var isFinite = tf.math.isFinite(logSum);
      append(tf, v, allFinite, tf.reduceAll(isFinite, tf.constant(0), new ReduceAll.Options[0]));
      var logSoftmax = tf.math.sub(shifted, logSum);
      var total = tf.math.add(tf.expandDims(v.get(logProbabilities), axis), logSoftmax);
      return tf.select(isFinite, total, tf.constant(Double.NEGATIVE_INFINITY)); // NaN has no order
    }

    /**
     * Makes the last elements of sequences impossible.
     *
     * @param extensions {@code [rows * columns]}
     * @param elements {@code [rows, sequences]}
     * @param columns scalar, their number
     */
    private Operand<TFloat64> forbid(
        Ops tf, Operand<TFloat64> extensions, Operand<TInt32> elements, Operand<TInt32> columns) {
      var zero = tf.constant(0);
      var column = tf.math.sub(elements, columns); // negative if it is not a last element
      var limit =
          tf.select(
              tf.math.less(column, zero),
              tf.constant(Double.POSITIVE_INFINITY),
              tf.constant(Double.NEGATIVE_INFINITY));
      var start = tf.range(zero, tf.size(extensions), columns); // of each row
      var index = tf.math.add(tf.expandDims(start, tf.constant(1)), tf.math.maximum(column, zero));
      return tf.tensorScatterNdMin(
          extensions,
          tf.reshape(index, tf.constant(new int[] {-1, 1})),
          tf.reshape(limit, tf.constant(new int[] {-1})));
    }

    private <T extends TType> void append(Ops tf, Values v, Handle<T> variable, Operand<T> values) {
      v.set(variable, tf.concat(List.of(v.get(variable), values), tf.constant(0)));
    }
  }
}
