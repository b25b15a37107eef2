package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * The state of the cells between two windows of a stream, in native memory. The caller who receives
 * it closes it.
 */
public final class CarriedState implements AutoCloseable {
  private final AutoCloseable owner;
  private final List<TFloat32> tensors;

  private CarriedState(AutoCloseable owner, List<TFloat32> tensors) {
    this.owner = owner;
    this.tensors = tensors;
  }

  /** Takes ownership of a result whose last {@code count} tensors are the state. */
  public static CarriedState last(Result result, int count) {
    List<TFloat32> tensors = new ArrayList<>();
    for (int i = result.size() - count; i < result.size(); i++) {
      tensors.add((TFloat32) result.get(i));
    }
    return new CarriedState(result, tensors);
  }

  /** Returns zeros, a tensor for each shape. */
  public static CarriedState zeros(Stream<Shape> shapes) {
    List<TFloat32> tensors =
        shapes.map(s -> Tensors.of(s, new float[Math.toIntExact(s.size())])).toList();
    return new CarriedState(() -> tensors.forEach(TFloat32::close), tensors);
  }

  /** Returns zeros for a number of rows. */
  public static CarriedState zeros(ModelConfig config, int rows) {
    return zeros(config.stateSizes().stream().map(size -> Shape.of(rows, size)));
  }

  /** Adds placeholders to a graph, to be fed with the state of any number of rows. */
  public static List<Operand<TFloat32>> placeholders(Ops tf, ModelConfig config) {
    List<Operand<TFloat32>> state = new ArrayList<>();
    for (int size : config.stateSizes()) {
      state.add(tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, size))));
    }
    return state;
  }

  /** Copies the elements of each tensor. */
  public List<float[]> values() {
    return tensors.stream().map(Tensors::values).toList();
  }

  /** Feeds the state as the initial state of a graph. */
  public Session.Runner feed(Session.Runner runner, List<Operand<TFloat32>> initialState) {
    for (int i = 0; i < initialState.size(); i++) {
      runner.feed(initialState.get(i), tensors.get(i));
    }
    return runner;
  }

  @Override
  public void close() {
    try {
      owner.close();
    } catch (Exception e) {
      throw new IllegalStateException(e); // neither a result nor a tensor throws
    }
  }
}
