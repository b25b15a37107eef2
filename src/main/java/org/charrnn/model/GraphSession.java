package org.charrnn.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A graph with the session that runs it. All of its variables have values once it is open.
 *
 * <p>It owns native memory: close it.
 *
 * @param <N> the operations of the graph that are fed, fetched or run
 */
public final class GraphSession<N extends GraphSession.Nodes> implements AutoCloseable {
  private final Graph graph;
  private final Session session;
  private final N nodes;
  private final Map<String, Assignment> assignments;

  /** The operations of a graph. */
  public interface Nodes {
    /** All variables of the graph that have names and values outside of it. */
    List<ResourceVariable> variables();
  }

  /** Feeding {@code value} and running {@code assign} gives a variable a new value. */
  private record Assignment(Placeholder<TFloat32> value, Op assign) {
    static Map<String, Assignment> of(Ops tf, List<ResourceVariable> variables) {
      Map<String, Assignment> assignments = new LinkedHashMap<>();
      for (ResourceVariable variable : variables) {
        var value = tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape()));
        assignments.put(variable.name(), new Assignment(value, variable.assign(tf, value)));
      }
      return assignments;
    }
  }

  private GraphSession(Graph graph, Session session, N nodes, Map<String, Assignment> assignments) {
    this.graph = graph;
    this.session = session;
    this.nodes = nodes;
    this.assignments = assignments;
  }

  /**
   * Builds a graph, opens a session on it and initializes its variables. If any of that fails,
   * everything that was opened is closed.
   *
   * @param builder adds the operations to an empty graph
   * @param start runs in the open session after the initializers of the graph, such as to assign
   *     weights
   */
  public static <N extends Nodes> GraphSession<N> open(
      SessionSettings settings, Function<Ops, N> builder, Consumer<GraphSession<N>> start) {
    Graph graph = new Graph();
    try {
      Ops tf = Ops.create(graph);
      N nodes = builder.apply(tf);
      Map<String, Assignment> assignments = Assignment.of(tf, nodes.variables());
      Session session = new Session(graph, settings.config());
      try {
        session.initialize();
        GraphSession<N> opened = new GraphSession<>(graph, session, nodes, assignments);
        start.accept(opened);
        return opened;
      } catch (RuntimeException | Error e) {
        session.close(); // else closing the graph would wait for it forever
        throw e;
      }
    } catch (RuntimeException | Error e) {
      graph.close();
      throw e;
    }
  }

  /** Opens a graph whose variables are weights without initializers. */
  public static <N extends Nodes> GraphSession<N> open(
      SessionSettings settings, Function<Ops, N> builder, List<VariableValue> weights) {
    return open(settings, builder, session -> session.assign(session.nodes.variables(), weights));
  }

  /** The operations of the graph. */
  public N nodes() {
    return nodes;
  }

  /** Starts a run of the graph. */
  public Session.Runner runner() {
    return session.runner();
  }

  /**
   * Replaces the values of variables.
   *
   * @param values one for each of the variables, in any order
   * @throws IllegalArgumentException that names the variables whose values are missing or of
   *     another shape, and the values that belong to none of them; nothing is replaced then
   */
  public void assign(List<ResourceVariable> variables, List<VariableValue> values) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    variables.forEach(variable -> shapes.put(variable.name(), variable.shape()));
    for (VariableValue value : VariableMatch.inOrder(shapes, values)) {
      Assignment assignment = assignments.get(value.name());
      try (TFloat32 tensor = Tensors.of(value)) {
        session
            .runner()
            .feed(assignment.value(), tensor)
            .addTarget(assignment.assign())
            .run()
            .close();
      }
    }
  }

  /** Reads the values of variables. */
  public List<VariableValue> values(List<ResourceVariable> variables) {
    Session.Runner runner = session.runner();
    variables.forEach(variable -> runner.fetch(variable.value()));
    try (Result result = runner.run()) {
      List<VariableValue> values = new ArrayList<>();
      for (int i = 0; i < variables.size(); i++) {
        values.add(Tensors.value(variables.get(i).name(), (TFloat32) result.get(i)));
      }
      return values;
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
