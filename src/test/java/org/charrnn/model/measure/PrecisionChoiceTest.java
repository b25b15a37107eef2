package org.charrnn.model.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.settings.BatchShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PrecisionChoiceTest {
  private static PrecisionChoice choice(double float32, double bfloat16) {
    return PrecisionChoice.of(
        Bfloat16Instructions.PRESENT, () -> new PrecisionTimes(float32, bfloat16));
  }

  @ParameterizedTest
  @CsvSource({
    "0.265, 0.206, BFLOAT16", // times of training steps in speed.md: 2 x 512
    "0.366, 0.233, BFLOAT16", // 3 x 256
    "0.0219, 0.0200, FLOAT32", // 2 x 128
    "0.00163, 0.00182, FLOAT32", // the lab
    "1.2, 1, BFLOAT16",
    "1.1999, 1, FLOAT32",
    "1, 1, FLOAT32",
    "0.001, 1, FLOAT32"
  })
  void lowerPrecisionIsChosenIfItIsClearlyFaster(
      double float32, double bfloat16, Precision expected) {
    assertThat(choice(float32, bfloat16).precision()).isEqualTo(expected);
  }

  @Test
  void reasonHasTheMeasuredRatio() {
    assertThat(choice(3, 2))
        .hasToString(
            "precision bfloat16: this machine computes the network's gradients 1.50 times as fast"
                + " as in float32");
    assertThat(choice(1, 2))
        .hasToString(
            "precision float32: this machine computes the network's gradients 0.50 times as fast"
                + " in bfloat16; that is chosen from 1.20 on");
    assertThat(choice(1.1999, 1).reason()).contains("1.19 times");
  }

  @Test
  void cpuWithoutInstructionsIsNotMeasured() {
    PrecisionChoice choice =
        PrecisionChoice.of(
            Bfloat16Instructions.ABSENT,
            () -> {
              throw new AssertionError("measured");
            });
    assertThat(choice)
        .hasToString("precision float32: this CPU has no instructions for bfloat16")
        .isEqualTo(PrecisionChoice.float32("this CPU has no instructions for bfloat16"));
  }

  @Test
  void unknownCpuIsMeasured() {
    assertThat(
            PrecisionChoice.of(Bfloat16Instructions.UNKNOWN, () -> new PrecisionTimes(2, 1))
                .precision())
        .isEqualTo(Precision.BFLOAT16);
  }

  /** Networks with each cell, with embeddings and dropout, and long sequences can be measured. */
  @ParameterizedTest
  @EnumSource(CellKind.class)
  void everyNetworkCanBeMeasured(CellKind cell) {
    ModelConfig network = new ModelConfig(cell, 7, 5, 2, 3);
    GradientSetup gradients =
        new GradientSetup(
            network,
            BatchPart.whole(new BatchShape(80, 40)),
            new StepNoise(0.5f, 0.5f, 0.1f),
            ComputeKernel.fused(2),
            1);
    PrecisionTimes times = PrecisionTimes.measure(gradients, new SessionSettings(2));
    assertThat(times.float32()).isPositive();
    assertThat(times.bfloat16()).isPositive();
  }
}
