package org.charrnn.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.family.TType;

/**
 * The variables of a {@link WhileLoop}, with a typed handle for each in place of an index.
 *
 * <pre>{@code
 * LoopVariables variables = new LoopVariables();
 * var i = variables.add(tf.constant(0), Shape.scalar());
 * var sum = variables.add(tf.constant(0f), Shape.scalar());
 * var result =
 *     variables.loop(
 *         tf,
 *         "sum_loop",
 *         (loop, v) -> loop.math.less(v.get(i), loop.constant(10)),
 *         (loop, v) -> {
 *           v.set(sum, loop.math.add(v.get(sum), loop.dtypes.cast(v.get(i), TFloat32.class)));
 *           v.set(i, loop.math.add(v.get(i), loop.constant(1)));
 *         });
 * }</pre>
 */
public final class LoopVariables {
  private final List<WhileLoop.Variable> variables = new ArrayList<>();

  /**
   * Stands for a variable of the loop.
   *
   * @param <T> type of the variable
   */
  @SuppressWarnings("UnusedTypeParameter") // it is the type of the values
  public static final class Handle<T extends TType> {
    private final int index;

    private Handle(int index) {
      this.index = index;
    }
  }

  /** The values of all variables, in an iteration or after the last. */
  public static final class Values {
    private final List<Operand<? extends TType>> operands;

    private Values(List<Operand<? extends TType>> operands) {
      this.operands = new ArrayList<>(operands);
    }

    /** Returns the value of a variable. */
    @SuppressWarnings("unchecked") // a variable has the type of its initial value
    public <T extends TType> Operand<T> get(Handle<T> variable) {
      return (Operand<T>) operands.get(variable.index);
    }

    /** Returns the values of several variables. */
    public <T extends TType> List<Operand<T>> get(List<Handle<T>> handles) {
      return handles.stream().map(this::get).toList();
    }

    /** Sets the value for the next iteration. Variables that are not set keep theirs. */
    public <T extends TType> void set(Handle<T> variable, Operand<T> value) {
      operands.set(variable.index, value);
    }

    /** Sets the values of several variables for the next iteration. */
    public <T extends TType> void set(List<Handle<T>> handles, List<Operand<T>> values) {
      for (int i = 0; i < handles.size(); i++) {
        set(handles.get(i), values.get(i));
      }
    }
  }

  /** Builds the condition of a loop. */
  @FunctionalInterface
  public interface Condition {
    /** Returns a scalar: whether there is another iteration. */
    Operand<TBool> test(Ops tf, Values values);
  }

  /** Builds the body of a loop. */
  @FunctionalInterface
  public interface Body {
    /** Sets the values of variables for the next iteration. */
    void update(Ops tf, Values values);
  }

  /**
   * Adds a variable.
   *
   * @param initial its value before the first iteration
   * @param invariant what is known of its shape in every iteration; dimensions that may change are
   *     -1
   */
  public <T extends TType> Handle<T> add(Operand<T> initial, Shape invariant) {
    variables.add(new WhileLoop.Variable(initial, invariant));
    return new Handle<>(variables.size() - 1);
  }

  /** Adds variables whose shapes do not change. */
  public <T extends TType> List<Handle<T>> addAll(List<Operand<T>> initial) {
    return initial.stream().map(operand -> add(operand, operand.shape())).toList();
  }

  /**
   * Adds the loop to a graph.
   *
   * @param tf adds to the graph
   * @param name of the loop, unique in the graph
   * @return the values after the last iteration
   */
  public Values loop(Ops tf, String name, Condition condition, Body body) {
    return new Values(WhileLoop.add(tf, name, variables, test(condition), update(body)));
  }

  private static GraphFunction.Body test(Condition condition) {
    return (tf, v) -> List.of(condition.test(tf, new Values(v)));
  }

  private static GraphFunction.Body update(Body body) {
    return (tf, v) -> {
      Values next = new Values(v);
      body.update(tf, next);
      return next.operands;
    };
  }

  /** A loop that can run several times, from different values. */
  public final class Loop {
    private final WhileLoop loop;

    private Loop(WhileLoop loop) {
      this.loop = loop;
    }

    /**
     * Adds a run of the loop to the graph.
     *
     * @param name of the run, unique in the graph
     * @param start changes values before the first iteration
     * @return the values after the last iteration
     */
    public Values run(Ops tf, String name, Consumer<Values> start) {
      Values initial = new Values(WhileLoop.initial(variables));
      start.accept(initial);
      return new Values(loop.run(tf, name, initial.operands));
    }
  }

  /**
   * Adds a loop that can run several times to the functions of a graph.
   *
   * @param name of the loop, unique in the graph
   * @param inOneThread see {@link WhileLoop#define}
   */
  public Loop define(Ops tf, String name, Condition condition, Body body, boolean inOneThread) {
    return new Loop(
        WhileLoop.define(tf, name, variables, test(condition), update(body), inOneThread));
  }
}
