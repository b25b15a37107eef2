package org.charrnn.nn.arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ActivationsTest {
  private static final double MAX_ERROR = 3e-7;

  private interface Activation {
    void apply(float[] x, float[] y);
  }

  private static void assertClose(Activation activation, DoubleUnaryOperator exact) {
    float[] x = new float[400_001]; // -40 to 40
    IntStream.range(0, x.length).forEach(i -> x[i] = (i - 200_000) / 5000f);
    float[] y = new float[x.length];
    activation.apply(x, y);
    double error = 0;
    for (int i = 0; i < x.length; i++) {
      error = Math.max(error, Math.abs(y[i] - exact.applyAsDouble(x[i])));
    }
    assertThat(error).isLessThan(MAX_ERROR);
    activation.apply(x, x);
    assertThat(x).isEqualTo(y);
  }

  @Test
  void tanhEqualsItsFunction() {
    assertClose(Activations::tanh, Math::tanh);
  }

  @Test
  void smallNumbersKeepTheirPrecision() {
    float[] x = {1e-20f, 1e-3f, -1e-6f};
    float[] y = new float[3];
    Activations.tanh(x, y);
    for (int i = 0; i < x.length; i++) {
      assertThat(y[i] / Math.tanh(x[i])).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void infinityIsALimitAndNanStaysNan() {
    float[] x = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, Float.NaN};
    float[] y = new float[4];
    Activations.tanh(x, y);
    assertThat(y).usingComparatorWithPrecision(1e-6f).startsWith(1, -1, 1);
    assertThat(y[3]).isNaN();
  }
}
