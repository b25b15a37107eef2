package org.charrnn.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A session on a graph whose variables can be read and set. It takes the graph over and closes it.
 */
final class NetworkSession implements AutoCloseable {
  private final Graph graph;
  private final Session session;
  private final Map<String, Setter> setters = new LinkedHashMap<>();

  /** Feeding {@code value} and running {@code assign} gives a variable a new value. */
  private record Setter(Placeholder<TFloat32> value, Op assign) {}

  /** Opens a session and gives the variables their first values. */
  NetworkSession(Graph graph, List<ResourceVariable> variables, SessionSettings settings) {
    this.graph = graph;
    Ops tf = Ops.create(graph);
    for (ResourceVariable variable : variables) {
      var value = tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape()));
      setters.put(variable.name(), new Setter(value, variable.assign(tf, value)));
    }
    session = new Session(graph, settings.config());
    session.initialize();
  }

  /** Names and shapes of variables, in their order. */
  static Map<String, Shape> shapes(List<ResourceVariable> variables) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    variables.forEach(variable -> shapes.put(variable.name(), variable.shape()));
    return shapes;
  }

  Session.Runner runner() {
    return session.runner();
  }

  /** Replaces the values of variables. */
  void assign(List<VariableValue> values) {
    for (VariableValue value : values) {
      Setter setter = setters.get(value.name());
      try (TFloat32 tensor = tensor(value)) {
        session.runner().feed(setter.value(), tensor).addTarget(setter.assign()).run().close();
      }
    }
  }

  /** Reads the values of variables. */
  List<VariableValue> values(List<ResourceVariable> variables) {
    Session.Runner runner = session.runner();
    variables.forEach(variable -> runner.fetch(variable.value()));
    try (Result result = runner.run()) {
      List<VariableValue> values = new ArrayList<>();
      for (int i = 0; i < variables.size(); i++) {
        values.add(value(variables.get(i).name(), (TFloat32) result.get(i)));
      }
      return values;
    }
  }

  /** Copies a value into a tensor, which the caller closes. */
  static TFloat32 tensor(VariableValue value) {
    return TFloat32.tensorOf(value.shape(), DataBuffers.of(value.values(), true, false));
  }

  /** Copies a tensor. */
  static VariableValue value(String name, TFloat32 tensor) {
    float[] elements = new float[Math.toIntExact(tensor.size())];
    tensor.copyTo(NdArrays.wrap(tensor.shape(), DataBuffers.of(elements)));
    return new VariableValue(name, tensor.shape(), elements);
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
