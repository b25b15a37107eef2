package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.export.SavedModelExport;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.FedGraph;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.Python;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

/**
 * Compares networks of every kind of cell with TensorFlow 1's own cells, run in Python with the
 * same weights: {@code src/test/python/check_cells.py}.
 */
class CellsPythonIT {
  private static final Path SCRIPT = Path.of("src/test/python/check_cells.py");
  private static final int CLASSES = 6;
  private static final int HIDDEN = 5;
  private static final int LAYERS = 2;
  private static final int BATCH = 3;
  private static final int TIME = 12;

  @TempDir private static Path directory;

  private static final List<String> NAMES = new ArrayList<>();
  private static Python.Result result;

  @BeforeAll
  static void runInPython() throws IOException {
    Python python = Python.get();
    SplittableRandom random = new SplittableRandom(16);
    for (CellKind cell : CellKind.values()) {
      write(cell + "_one_hot", new ModelConfig(cell, CLASSES, HIDDEN, LAYERS, 0), random);
      write(cell + "_embedded", new ModelConfig(cell, CLASSES, HIDDEN, LAYERS, 4), random);
      write(cell + "_tied", new ModelConfig(cell, CLASSES, HIDDEN, LAYERS, HIDDEN, true), random);
    }
    result = python.run(SCRIPT, NAMES.stream().map(directory::resolve).toArray());
  }

  private static void write(String name, ModelConfig config, SplittableRandom random)
      throws IOException {
    NAMES.add(name);
    Path path = Files.createDirectory(directory.resolve(name));
    try (FedGraph graph = FedGraph.ops(config, new BatchShape(BATCH, TIME))) {
      List<double[]> weights = graph.randomWeights(random);
      graph.feedWeights(weights);
      List<VariableValue> values = values(config.weightShapes(), weights);
      Checkpoint.write(path.resolve("model"), values);
      SavedModelExport.write(
          Files.createDirectory(path.resolve("saved_model")),
          config,
          Vocabulary.of("abcdef"),
          TextNormalization.DEFAULT,
          values,
          "",
          Map.of());

      int[][] x =
          Stream.generate(() -> random.ints(TIME, 0, CLASSES).toArray())
              .limit(BATCH)
              .toArray(int[][]::new);
      graph.feedX(x);
      Map<String, Object> fromZeroState = run(graph, null);
      List<double[]> state =
          Stream.generate(() -> Numbers.vector(random, BATCH * HIDDEN))
              .limit(config.stateSizes().size())
              .toList();
      graph.feedState(state);
      Map<String, Object> expected =
          Map.of(
              "cell",
              config.cell().toString(),
              "classes",
              CLASSES,
              "hidden",
              HIDDEN,
              "layers",
              LAYERS,
              "embedding",
              config.embeddingSize(),
              "tied",
              config.tieEmbeddings(),
              "x",
              x,
              "runs",
              List.of(fromZeroState, run(graph, rows(state))));
      new ObjectMapper().writeValue(path.resolve("expected.json").toFile(), expected);
    }
  }

  private static List<VariableValue> values(Map<String, Shape> shapes, List<double[]> weights) {
    List<VariableValue> values = new ArrayList<>();
    shapes.forEach(
        (name, shape) ->
            values.add(new VariableValue(name, shape, Numbers.floats(weights.get(values.size())))));
    return values;
  }

  private static Map<String, Object> run(FedGraph graph, List<double[][]> initialState) {
    List<double[]> outputsAndState = graph.outputsAndState();
    Map<String, Object> run = new HashMap<>(); // accepts null
    run.put("initial_state", initialState);
    run.put(
        "outputs",
        Arrays.stream(Numbers.rows(outputsAndState.get(0), TIME * CLASSES))
            .map(row -> Numbers.rows(row, CLASSES))
            .toList());
    run.put("final_state", rows(outputsAndState.subList(1, outputsAndState.size())));
    return run;
  }

  private static List<double[][]> rows(List<double[]> state) {
    return state.stream().map(tensor -> Numbers.rows(tensor, HIDDEN)).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "original_returns_javas_outputs_and_state",
        "saved_model_returns_javas_logits",
        "saved_model_has_the_original_gradients",
      })
  void pythonCheckPasses(String fact) {
    assertThat(NAMES).hasSize(9);
    assertThat(result.out().lines())
        .as(result.err())
        .containsAll(NAMES.stream().map(name -> "ok: " + name + ": " + fact).toList());
  }

  @Test
  void allPythonChecksPass() {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }
}
