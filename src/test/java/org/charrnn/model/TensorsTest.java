package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class TensorsTest {
  private static final Shape SHAPE = Shape.of(2, 3);

  @Test
  void lastDimensionVariesFastest() {
    float[] values = {0, 1, 2, 3, 4, 5};
    try (TFloat32 made = Tensors.of(SHAPE, values);
        TFloat32 copied = TFloat32.tensorOf(SHAPE)) {
      Tensors.copy(values, copied);
      assertThat(made.getFloat(1, 0)).isEqualTo(3);
      assertThat(copied.getFloat(1, 0)).isEqualTo(3);
      assertThat(Tensors.values(made)).containsExactly(values);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 7})
  void arraysOfAnotherSizeAreRejected(int size) {
    String message = "a tensor of shape [2, 3] has 6 elements, got " + size;
    try (TFloat32 floats = TFloat32.tensorOf(SHAPE);
        TInt32 ints = TInt32.tensorOf(SHAPE)) {
      assertThatThrownBy(() -> Tensors.of(SHAPE, new float[size])).hasMessage(message);
      assertThatThrownBy(() -> Tensors.of(SHAPE, new int[size])).hasMessage(message);
      assertThatThrownBy(() -> Tensors.copy(new float[size], floats)).hasMessage(message);
      assertThatThrownBy(() -> Tensors.copy(new int[size], ints)).hasMessage(message);
    }
  }
}
