package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.RnnCell;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingException;
import org.charrnn.settings.SettingValues;
import org.charrnn.testing.Eval;
import org.charrnn.testing.NetworkKinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

class ModelConfigTest {
  @ParameterizedTest
  @CsvSource({"25,25,2", "25,25,1", "4,3,2", "2,1,1", "65,16,3", "7,40,5"})
  void labParametersAreTheElementsOfAllWeights(int classes, int hidden, int layers) {
    ModelConfig config = ModelConfig.lab(classes, hidden, layers);
    try (Eval eval = new Eval()) {
      assertThat(config.parameters()).isEqualTo(elements(createWeights(eval, config)));
    }
  }

  private static List<ResourceVariable> createWeights(Eval eval, ModelConfig config) {
    return Network.createWeights(eval.tf(), config, 1);
  }

  private static long elements(List<ResourceVariable> weights) {
    return weights.stream().mapToLong(weight -> weight.shape().size()).sum();
  }

  static Stream<Arguments> kinds() {
    return NetworkKinds.ofHiddenSize(4);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void weightShapesAndParametersAreThoseOfTheCreatedWeights(
      CellKind cell, int embedding, boolean tied) {
    for (int layers = 1; layers <= 3; layers++) {
      ModelConfig config = new ModelConfig(cell, 7, 4, layers, embedding, tied);
      try (Eval eval = new Eval()) {
        List<ResourceVariable> weights = createWeights(eval, config);
        assertThat(config.weightShapes().entrySet())
            .containsExactlyElementsOf(shapes(weights).entrySet());
        assertThat(config.parameters()).isEqualTo(elements(weights));
      }
      try (Eval eval = new Eval()) {
        List<ResourceVariable> weights = Network.declareWeights(eval.tf(), config);
        assertThat(config.weightShapes().entrySet())
            .containsExactlyElementsOf(shapes(weights).entrySet());
      }
    }
  }

  private static Map<String, Shape> shapes(List<ResourceVariable> variables) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    variables.forEach(variable -> shapes.put(variable.name(), variable.shape()));
    return shapes;
  }

  @ParameterizedTest
  @CsvSource({"LSTM,0", "LSTM,5", "GRU,0", "GRU,5", "RNN,0", "RNN,5"})
  void stateSizesAreThoseOfTheCreatedCells(CellKind cell, int embedding) {
    for (int layers = 1; layers <= 3; layers++) {
      ModelConfig config = new ModelConfig(cell, 7, 4, layers, embedding);
      try (Eval eval = new Eval()) {
        Network network = Network.of(config, Network.values(createWeights(eval, config)));
        assertThat(config.stateSizes()).isEqualTo(network.cells().stateSizes());
        assertThat(network.cells().inputSize()).isEqualTo(config.inputSize());
        for (RnnCell layer : network.layers()) {
          assertThat(layer.stateSizes()).hasSize(cell.stateTensors()).containsOnly(4);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_001})
  void embeddingSizeOutOfRangeIsRejected(int embedding) {
    assertThatThrownBy(() -> new ModelConfig(CellKind.GRU, 2, 1, 1, embedding))
        .isInstanceOf(SettingException.class)
        .hasMessage("embedding must be from 0 to 1000000, got " + embedding);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5})
  void tiedEmbeddingsOfAnotherSizeThanTheHiddenSizeAreRejected(int embedding) {
    assertThatThrownBy(() -> new ModelConfig(CellKind.GRU, 7, 4, 1, embedding, true))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "tie-embeddings needs embeddings of the hidden size, but embedding is %d and hidden is 4",
            embedding);
  }

  /** 7 embeddings of 4, a plain cell, a bias of 7: no matrix of 4 by 7. */
  @Test
  void tiedEmbeddingsTakeThePlaceOfTheSoftmaxWeights() {
    ModelConfig config = new ModelConfig(CellKind.RNN, 7, 4, 1, 4, true);
    assertThat(config.weightShapes())
        .containsEntry("embedding", Shape.of(7, 4))
        .containsEntry("softmax_b", Shape.of(7))
        .doesNotContainKey("softmax_w");
    assertThat(config.parameters()).isEqualTo(7 * 4 + (4 + 4) * 4 + 4 + 7);
    assertThat(config.withClasses(9)).isEqualTo(new ModelConfig(CellKind.RNN, 9, 4, 1, 4, true));
  }

  @ParameterizedTest
  @CsvSource({"false, , 3, 3", "false, 5, 3, 5", "true, , 3, 6", "true, , 0, 6", "true, 5, 3, 5"})
  void embeddingSizeThatIsNotGivenIsThatOfTheTokensOrTheHiddenSize(
      boolean tied, Integer given, int ofTokens, int expected) {
    Map<String, Object> values = new HashMap<>(Map.of("hidden", 6, "tie-embeddings", tied));
    if (given != null) {
      values.put("embedding", given);
    }
    SettingValues settings =
        ModelConfig.withEmbedding(new SettingValues(RunKind.TRAIN, values), ofTokens);
    assertThat(settings.value(ModelConfig.class, "embedding")).isEqualTo(expected);
  }

  @Test
  void labHas10850Parameters() {
    assertThat(ModelConfig.lab(25, 25, 2).parameters()).isEqualTo(10_850);
  }

  @Test
  void parametersOfTheLargestModelFitIntoALong() {
    BigInteger hidden = BigInteger.valueOf(1_000_000);
    BigInteger gates = hidden.multiply(BigInteger.valueOf(4));
    BigInteger first = hidden.add(BigInteger.valueOf(25)).multiply(gates).add(gates);
    BigInteger other = hidden.add(hidden).multiply(gates).add(gates);
    BigInteger softmax = hidden.multiply(BigInteger.valueOf(25)).add(BigInteger.valueOf(25));
    assertThat(ModelConfig.lab(25, 1_000_000, 100).parameters())
        .isEqualTo(first.add(other.multiply(BigInteger.valueOf(99))).add(softmax).longValueExact());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | the text has 0 distinct characters; training needs at least 2
          1 | the text has 1 distinct character; training needs at least 2
          """)
  void fewerThanTwoClassesAreRejected(int classes, String message) {
    assertThatThrownBy(() -> ModelConfig.lab(classes, 1, 1))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0       |   1 | hidden must be from 1 to 1000000, got 0
          1000001 |   1 | hidden must be from 1 to 1000000, got 1000001
          1       |   0 | layers must be from 1 to 100, got 0
          1       | 101 | layers must be from 1 to 100, got 101
          """)
  void sizesOutOfRangeAreRejected(int hidden, int layers, String message) {
    assertThatThrownBy(() -> ModelConfig.lab(2, hidden, layers))
        .isInstanceOf(SettingException.class)
        .hasMessage(message);
  }

  @Test
  void limitsAreAccepted() {
    assertThatNoException().isThrownBy(() -> ModelConfig.lab(2, 1, 1));
    assertThatNoException().isThrownBy(() -> ModelConfig.lab(2, 1_000_000, 100));
  }
}
