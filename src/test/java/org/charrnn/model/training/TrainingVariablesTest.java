package org.charrnn.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;
import org.charrnn.nn.Adam;
import org.charrnn.testing.Eval;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;

class TrainingVariablesTest {
  private static Map<String, Shape> shapes(List<ResourceVariable> variables) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    variables.forEach(variable -> shapes.put(variable.name(), variable.shape()));
    return shapes;
  }

  @ParameterizedTest
  @CsvSource({
    "LSTM, 0, 0, false",
    "LSTM, 5, 3, false",
    "GRU, 0, 3, false",
    "GRU, 5, 0, false",
    "RNN, 0, 0, false",
    "RNN, 5, 3, false",
    "LSTM, 4, 3, true"
  })
  void namesAndShapesAreThoseOfTheCreatedVariables(
      CellKind cell, int embedding, int carriedRows, boolean tied) {
    ModelConfig config = new ModelConfig(cell, 7, 4, 2, embedding, tied);
    try (Eval eval = new Eval()) {
      TrainingVariables variables = TrainingVariables.create(eval.tf(), config, carriedRows, 1);
      assertThat(TrainingVariables.names(config, carriedRows > 0))
          .isEqualTo(variables.all().stream().map(ResourceVariable::name).toList());
      assertThat(shapes(variables.weights()).entrySet())
          .containsExactlyElementsOf(config.weightShapes().entrySet());
      assertThat(shapes(variables.adam().slots()).entrySet())
          .containsExactlyElementsOf(Adam.slotShapes(config.weightShapes()).entrySet());
      assertThat(variables.state())
          .extracting(ResourceVariable::shape)
          .isEqualTo(
              carriedRows == 0
                  ? List.of()
                  : config.stateSizes().stream().map(size -> Shape.of(carriedRows, size)).toList());
    }
  }
}
