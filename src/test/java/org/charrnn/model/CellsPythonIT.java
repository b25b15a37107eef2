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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.testing.Numbers;
import org.charrnn.testing.Python;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks of every kind of cell, as TensorFlow 1's own cells in Python read their weights: {@code
 * src/test/python/check_cells.py}.
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
  static void readInPython() throws IOException {
    Python python = Python.get();
    SplittableRandom random = new SplittableRandom(16);
    for (CellKind cell : CellKind.values()) {
      for (int embedding : new int[] {0, 4}) {
        String name = cell + (embedding == 0 ? "_one_hot" : "_embedded");
        NAMES.add(name);
        ModelConfig config = new ModelConfig(cell, CLASSES, HIDDEN, LAYERS, embedding);
        write(config, random, Files.createDirectory(directory.resolve(name)));
      }
    }
    result = python.run(SCRIPT, NAMES.stream().map(directory::resolve).toArray());
  }

  private static void write(ModelConfig config, SplittableRandom random, Path path)
      throws IOException {
    BatchShape shape = new BatchShape(BATCH, TIME);
    try (FedGraph graph = new FedGraph(config, shape, TrainingOptions.lab(Kernel.OPS))) {
      List<double[]> weights = graph.randomWeights(random);
      graph.feedWeights(weights);
      List<VariableValue> values = values(graph.nodes.trainable, weights);
      Checkpoint.write(path.resolve("model"), values);
      InferenceModel.export(
          Files.createDirectory(path.resolve("saved_model")),
          config,
          Vocabulary.of("abcdef"),
          values,
          "",
          Map.of());

      int[][] x =
          Stream.generate(() -> random.ints(TIME, 0, CLASSES).toArray())
              .limit(BATCH)
              .toArray(int[][]::new);
      graph.feedIds(graph.nodes.x, x);
      Map<String, Object> fromZeros = run(graph, null);
      List<double[]> state =
          Stream.generate(() -> Numbers.vector(random, BATCH * HIDDEN))
              .limit(graph.nodes.initialState.size())
              .toList();
      graph.feedState(state);
      Map<String, Object> expected =
          Map.of(
              "cell", config.cell().toString(),
              "classes", CLASSES,
              "hidden", HIDDEN,
              "layers", LAYERS,
              "embedding", config.embeddingSize(),
              "x", x,
              "runs", List.of(fromZeros, run(graph, rows(state))));
      new ObjectMapper().writeValue(path.resolve("expected.json").toFile(), expected);
    }
  }

  private static List<VariableValue> values(
      List<ResourceVariable> variables, List<double[]> weights) {
    return IntStream.range(0, weights.size())
        .mapToObj(
            i ->
                new VariableValue(
                    variables.get(i).name(),
                    variables.get(i).shape(),
                    Numbers.floats(weights.get(i))))
        .toList();
  }

  private static Map<String, Object> run(FedGraph graph, List<double[][]> initialState) {
    List<double[]> outputsAndState = graph.outputsAndState();
    Map<String, Object> run = new HashMap<>(); // which takes null
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
    return state.stream().map(part -> Numbers.rows(part, HIDDEN)).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "original_gives_javas_outputs_and_state",
        "saved_model_gives_javas_logits",
        "saved_model_has_the_originals_gradients",
      })
  void pythonFinds(String fact) {
    assertThat(NAMES).hasSize(6);
    assertThat(result.out().lines())
        .as(result.err())
        .containsAll(NAMES.stream().map(name -> "ok: " + name + ": " + fact).toList());
  }

  @Test
  void pythonFindsNothingWrong() {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }
}
