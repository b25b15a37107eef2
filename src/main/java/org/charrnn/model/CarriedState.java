package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * What the cells carry from one window of a stream to the next, in native memory; who got it closes
 * it.
 */
public final class CarriedState implements AutoCloseable {
  private final AutoCloseable owner;
  private final List<TFloat32> tensors;

  private CarriedState(AutoCloseable owner, List<TFloat32> tensors) {
    this.owner = owner;
    this.tensors = tensors;
  }

  /** Takes over a result whose last tensors are the state. */
  static CarriedState last(Result result, int count) {
    List<TFloat32> tensors = new ArrayList<>();
    for (int i = result.size() - count; i < result.size(); i++) {
      tensors.add((TFloat32) result.get(i));
    }
    return new CarriedState(result, tensors);
  }

  /** Returns zeros, a tensor for each shape. */
  static CarriedState zeros(Stream<Shape> shapes) {
    List<TFloat32> tensors =
        shapes
            .map(s -> new VariableValue("zeros", s, new float[Math.toIntExact(s.size())]))
            .map(NetworkSession::tensor)
            .toList();
    return new CarriedState(() -> tensors.forEach(TFloat32::close), tensors);
  }

  /** Copies the elements of each tensor. */
  List<float[]> elements() {
    return tensors.stream().map(t -> NetworkSession.value("state", t).values()).toList();
  }

  /** Feeds the state to the places of an initial state. */
  Session.Runner feed(Session.Runner runner, List<Operand<TFloat32>> places) {
    for (int i = 0; i < places.size(); i++) {
      runner.feed(places.get(i), tensors.get(i));
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
