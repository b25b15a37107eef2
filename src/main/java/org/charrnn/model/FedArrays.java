package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * What arrays hold, in native memory that is used again and again, to be fed in place of operands.
 */
final class FedArrays implements AutoCloseable {
  private final List<Operand<TFloat32>> places;
  private final List<TFloat32> tensors = new ArrayList<>();

  /**
   * Makes room.
   *
   * @param shapes of the places, fully defined
   */
  FedArrays(List<Operand<TFloat32>> places, List<Shape> shapes) {
    this.places = places;
    shapes.forEach(shape -> tensors.add(TFloat32.tensorOf(shape)));
  }

  /** Copies an array for each place, the last dimension running fastest. */
  void set(float[][] values) {
    if (values.length != tensors.size()) {
      throw new IllegalArgumentException(
          "%d arrays for %d places".formatted(values.length, tensors.size()));
    }
    for (int i = 0; i < values.length; i++) {
      tensors.get(i).copyFrom(DataBuffers.of(values[i], true, false));
    }
  }

  Session.Runner feed(Session.Runner runner) {
    for (int i = 0; i < tensors.size(); i++) {
      runner.feed(places.get(i), tensors.get(i));
    }
    return runner;
  }

  /** Copies tensors of a result. */
  static float[][] get(Result result, int from, int to) {
    float[][] values = new float[to - from][];
    for (int i = from; i < to; i++) {
      values[i - from] = NetworkSession.value("", (TFloat32) result.get(i)).values();
    }
    return values;
  }

  @Override
  public void close() {
    tensors.forEach(TFloat32::close);
  }
}
