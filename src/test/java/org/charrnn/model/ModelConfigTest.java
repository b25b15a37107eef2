package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.charrnn.InputException;
import org.charrnn.testing.Eval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
  @ParameterizedTest
  @CsvSource({"25,25,2", "25,25,1", "4,3,2", "2,1,1", "65,16,3", "7,40,5"})
  void parametersAreTheElementsOfAllVariables(int classes, int hidden, int layers) {
    ModelConfig config = ModelConfig.lab(classes, hidden, layers);
    try (Eval eval = new Eval()) {
      long elements =
          new ForwardGraph(
                  eval.tf(), config, new BatchShape(2, 3), TrainingOptions.lab(Kernel.OPS), 1)
              .trainable.stream().mapToLong(variable -> variable.shape().size()).sum();
      assertThat(config.parameters()).isEqualTo(elements);
    }
  }

  @ParameterizedTest
  @CsvSource({"LSTM,0", "LSTM,5", "GRU,0", "GRU,5", "RNN,0", "RNN,5"})
  void parametersOfEveryKindAreTheElementsOfAllVariables(CellKind cell, int embedding) {
    for (int layers = 1; layers <= 3; layers++) {
      ModelConfig config = new ModelConfig(cell, 7, 4, layers, embedding);
      try (Eval eval = new Eval()) {
        long elements =
            new ForwardGraph(
                    eval.tf(), config, new BatchShape(2, 3), TrainingOptions.lab(Kernel.OPS), 1)
                .trainable.stream().mapToLong(variable -> variable.shape().size()).sum();
        assertThat(config.parameters()).isEqualTo(elements);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_001})
  void embeddingOutsideTheLimitsIsTold(int embedding) {
    assertThatThrownBy(() -> new ModelConfig(CellKind.GRU, 2, 1, 1, embedding))
        .isInstanceOf(InputException.class)
        .hasMessage("--embedding must be from 0 to 1000000, got " + embedding);
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
          0 | 1 |   1 | the text has 0 distinct characters; there is nothing to learn with fewer than 2
          1 | 1 |   1 | the text has 1 distinct character; there is nothing to learn with fewer than 2
          2 | 0 |   1 | --hidden must be from 1 to 1000000, got 0
          2 | 1000001 | 1 | --hidden must be from 1 to 1000000, got 1000001
          2 | 1 |   0 | --layers must be from 1 to 100, got 0
          2 | 1 | 101 | --layers must be from 1 to 100, got 101
          """)
  void numbersOutsideTheLimitsAreTold(int classes, int hidden, int layers, String message) {
    assertThatThrownBy(() -> ModelConfig.lab(classes, hidden, layers))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  @Test
  void limitsThemselvesAreTaken() {
    assertThatNoException().isThrownBy(() -> ModelConfig.lab(2, 1, 1));
    assertThatNoException().isThrownBy(() -> ModelConfig.lab(2, 1_000_000, 100));
  }
}
