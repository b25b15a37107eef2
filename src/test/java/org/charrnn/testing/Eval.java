package org.charrnn.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A graph under test with a session that evaluates its operands to plain arrays. */
public final class Eval implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session = new Session(graph);
  private final Map<Operand<?>, Tensor> feeds = new LinkedHashMap<>();
  private final Ops tf = Ops.create(graph);

  /** Returns the builder of the graph. */
  public Ops tf() {
    return tf;
  }

  /** Returns the graph. */
  public Graph graph() {
    return graph;
  }

  /** Adds a constant matrix. */
  public Operand<TFloat32> constant(double[][] matrix) {
    return tf.constant(Numbers.floats(matrix));
  }

  /** Adds a constant vector. */
  public Operand<TFloat32> constant(double[] vector) {
    return tf.constant(Numbers.floats(vector));
  }

  /** Adds a constant tensor of rank 3. */
  public Operand<TFloat32> constant(double[][][] tensor) {
    return tf.constant(Numbers.floats(tensor));
  }

  /** Feeds a placeholder in all later runs. This object closes the tensor. */
  public void feed(Operand<?> placeholder, Tensor value) {
    Tensor replaced = feeds.put(placeholder, value);
    if (replaced != null) {
      replaced.close();
    }
  }

  /** Feeds a float operand in all later runs, with elements in row-major order. */
  public void feed(Operand<TFloat32> operand, Shape shape, double[] elements) {
    feed(operand, TFloat32.tensorOf(shape, DataBuffers.of(Numbers.floats(elements))));
  }

  /** Initializes all variables. */
  public void initialize() {
    session.initialize();
  }

  /** Runs an operation. */
  public void run(Op operation) {
    runner().addTarget(operation).run().close();
  }

  /** Evaluates an operand and returns its elements in row-major order. */
  public double[] values(Operand<?> operand) {
    return values(List.of(operand)).get(0);
  }

  /** Evaluates operands in one run and returns the elements of each in row-major order. */
  public List<double[]> values(List<? extends Operand<?>> operands) {
    Session.Runner runner = runner();
    operands.forEach(runner::fetch);
    try (Result result = runner.run()) {
      return IntStream.range(0, result.size()).mapToObj(i -> elements(result.get(i))).toList();
    }
  }

  /** Evaluates an operand and returns its shape. */
  public long[] shape(Operand<?> operand) {
    try (Result result = runner().fetch(operand).run()) {
      return result.get(0).shape().asArray();
    }
  }

  private Session.Runner runner() {
    Session.Runner runner = session.runner();
    feeds.forEach(runner::feed);
    return runner;
  }

  private static double[] elements(Tensor tensor) {
    double[] elements = new double[Math.toIntExact(tensor.size())];
    int[] index = {0};
    ((NdArray<?>) tensor)
        .scalars()
        .forEach(scalar -> elements[index[0]++] = ((Number) scalar.getObject()).doubleValue());
    return elements;
  }

  @Override
  public void close() {
    feeds.values().forEach(Tensor::close);
    session.close();
    graph.close();
  }
}
