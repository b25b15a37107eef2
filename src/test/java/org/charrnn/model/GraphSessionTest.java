package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;

class GraphSessionTest {
  /** Far more than opening takes; without a limit, a session that never closes hangs the build. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final VariableValue A = new VariableValue("a", Shape.of(2), new float[] {1, 2});
  private static final VariableValue B = new VariableValue("b", Shape.of(1, 1), new float[] {3});

  private final AtomicReference<Graph> graph = new AtomicReference<>();

  private record Nodes(List<ResourceVariable> variables) implements GraphSession.Nodes {}

  private Nodes declared(Ops tf) {
    graph.set((Graph) tf.scope().env());
    return new Nodes(
        List.of(
            ResourceVariable.declare(tf, "a", A.shape()),
            ResourceVariable.declare(tf, "b", B.shape())));
  }

  private GraphSession<Nodes> open(List<VariableValue> weights) {
    return GraphSession.open(SessionSettings.SEQUENTIAL, this::declared, weights);
  }

  private static List<VariableValue> values(GraphSession<Nodes> session) {
    return session.values(session.nodes().variables());
  }

  private static void assertEqual(List<VariableValue> actual, VariableValue... expected) {
    assertThat(actual).usingRecursiveComparison().isEqualTo(List.of(expected));
  }

  /** A graph can be closed only after its sessions. */
  private void assertFailsAndClosesGraph(
      Class<? extends Exception> type, String message, ThrowingCallable open) {
    assertTimeoutPreemptively(
        LIMIT, () -> assertThatThrownBy(open).isInstanceOf(type).hasMessageContaining(message));
    assertThatThrownBy(() -> graph.get().toGraphDef()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void variablesHaveTheirInitialValues() {
    try (GraphSession<Nodes> session =
        GraphSession.open(
            SessionSettings.SEQUENTIAL,
            tf ->
                new Nodes(
                    List.of(ResourceVariable.create(tf, "x", Shape.of(2), new Constant<>(0.5)))),
            opened -> {})) {
      assertEqual(values(session), new VariableValue("x", Shape.of(2), new float[] {0.5f, 0.5f}));
    }
  }

  /** Closing the graph used to wait forever for the session that was still open. */
  @Test
  void failingInitializerIsReportedAndEverythingIsClosed() {
    assertFailsAndClosesGraph(
        TFInvalidArgumentException.class,
        "the initial value",
        () ->
            GraphSession.open(
                SessionSettings.SEQUENTIAL,
                tf -> {
                  graph.set((Graph) tf.scope().env());
                  ResourceVariable failing =
                      ResourceVariable.create(
                          tf,
                          "x",
                          Shape.of(1),
                          (init, dims, type) ->
                              init.debugging.checkNumerics(
                                  init.dtypes.cast(init.constant(new float[] {Float.NaN}), type),
                                  "the initial value"));
                  return new Nodes(List.of(failing));
                },
                opened -> {}));
  }

  @Test
  void failingStartIsReportedAndEverythingIsClosed() {
    assertFailsAndClosesGraph(
        IllegalStateException.class,
        "no start",
        () ->
            GraphSession.open(
                SessionSettings.SEQUENTIAL,
                this::declared,
                opened -> {
                  throw new IllegalStateException("no start");
                }));
  }

  @Test
  void failingBuilderIsReportedAndTheGraphIsClosed() {
    assertFailsAndClosesGraph(
        IllegalStateException.class,
        "no graph",
        () ->
            GraphSession.open(
                SessionSettings.SEQUENTIAL,
                tf -> {
                  declared(tf);
                  throw new IllegalStateException("no graph");
                },
                List.of()));
  }

  @Test
  void incompleteWeightsAreReportedAndEverythingIsClosed() {
    assertFailsAndClosesGraph(
        IllegalArgumentException.class, "b is missing", () -> open(List.of(A)));
  }

  @Test
  void weightsAreAssignedInAnyOrder() {
    try (GraphSession<Nodes> session = open(List.of(B, A))) {
      assertEqual(values(session), A, B);
    }
  }

  @Test
  void failedAssignmentReplacesNothing() {
    VariableValue newA = new VariableValue("a", A.shape(), new float[] {5, 6});
    VariableValue newB = new VariableValue("b", Shape.of(1), new float[] {7});
    try (GraphSession<Nodes> session = open(List.of(A, B))) {
      List<ResourceVariable> variables = session.nodes().variables();
      assertThatThrownBy(() -> session.assign(variables, List.of(newA, newB)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("b has shape [1], expected [1, 1]");
      assertEqual(values(session), A, B);
      session.assign(variables.subList(0, 1), List.of(newA));
      assertEqual(values(session), newA, B);
    }
  }

  /**
   * A variable that is assigned a tensor keeps its memory, which must not be the caller's array.
   */
  @Test
  void assignedValuesDoNotChangeWithTheCallersArray() {
    float[] elements = {1, 2};
    try (GraphSession<Nodes> session =
        open(List.of(new VariableValue("a", A.shape(), elements), B))) {
      elements[0] = 9;
      assertEqual(values(session), A, B);
    }
  }
}
