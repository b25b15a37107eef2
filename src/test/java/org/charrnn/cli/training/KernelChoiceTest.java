package org.charrnn.cli.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ComputeKernel.Kind;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingException;
import org.charrnn.settings.SettingValues;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {
  private static final ModelConfig SMALL = ModelConfig.lab(5, 4, 1);
  private static final BatchShape SHAPE = new BatchShape(10, 3);

  /** Null is auto. */
  private static SettingValues given(String name, Object value) {
    Map<String, Object> given = new HashMap<>();
    given.put(name, value);
    return new SettingValues(RunKind.TRAIN, given);
  }

  private static SettingValues withPrecision(SettingValues given, Precision precision) {
    return given.orElse(given("precision", precision));
  }

  private static KernelChoice choose(
      SettingValues given, ModelConfig network, Kind automatic, boolean isLocal) {
    return KernelChoice.of(given, network, SHAPE, automatic, isLocal, new SessionSettings(2));
  }

  @Test
  void givenPrecisionIsNotMeasured() {
    for (Precision precision : Precision.values()) {
      KernelChoice choice = choose(given("precision", precision), SMALL, Kind.FUSED, true);
      assertThat(choice.kernel()).isEqualTo(new ComputeKernel(Kind.FUSED, 2, precision));
      assertThat(choice.precision()).isEmpty();
    }
    KernelChoice byDefault =
        choose(new SettingValues(RunKind.TRAIN, Map.of()), SMALL, Kind.OPS, true);
    assertThat(byDefault).isEqualTo(new KernelChoice(ComputeKernel.OPS, byDefault.precision()));
    assertThat(byDefault.precision()).isEmpty();
  }

  @Test
  void autoIsMeasured() {
    KernelChoice choice = choose(given("precision", null), SMALL, Kind.FUSED, true);
    assertThat(choice.precision()).isPresent();
    assertThat(choice.kernel())
        .isEqualTo(new ComputeKernel(Kind.FUSED, 2, choice.precision().orElseThrow().precision()));
  }

  @Test
  void bfloat16ChoosesTheFusedKernelAndAutoDoesNot() {
    assertThat(
            choose(given("precision", Precision.BFLOAT16), SMALL, Kind.OPS, true).kernel().kind())
        .isEqualTo(Kind.FUSED);
    assertThat(choose(given("precision", null), SMALL, Kind.OPS, true).kernel())
        .isEqualTo(ComputeKernel.OPS);
  }

  @Test
  void opsKernelHasSinglePrecision() {
    KernelChoice choice =
        choose(withPrecision(given("kernel", Kind.OPS), null), SMALL, Kind.FUSED, true);
    assertThat(choice.kernel()).isEqualTo(ComputeKernel.OPS);
    assertThat(choice.precision().orElseThrow())
        .hasToString(
            "precision float32: the ops kernel has no other; bfloat16 needs --kernel fused");
    assertThatThrownBy(
            () ->
                choose(
                    withPrecision(given("kernel", Kind.OPS), Precision.BFLOAT16),
                    SMALL,
                    Kind.FUSED,
                    true))
        .isInstanceOf(SettingException.class);
  }

  @Test
  void machinesOfAClusterAreNotMeasured() {
    KernelChoice choice = choose(given("precision", null), SMALL, Kind.FUSED, false);
    assertThat(choice.kernel().precision()).isEqualTo(Precision.FLOAT32);
    assertThat(choice.precision().orElseThrow())
        .hasToString(
            "precision float32: the machines of a cluster are not measured; give --precision"
                + " bfloat16 if they are faster with it");
  }

  /** The training is refused later, with advice. */
  @Test
  void networkBeyondTheMemoryIsNotMeasured() {
    ModelConfig large = ModelConfig.lab(65, ModelConfig.MAX_HIDDEN_SIZE, 3);
    KernelChoice choice = choose(given("precision", null), large, Kind.FUSED, true);
    assertThat(choice.precision().orElseThrow())
        .hasToString("precision float32: this machine has too little memory to measure bfloat16");
  }

  @Test
  void smallestKernelIsThatOfSinglePrecision() {
    for (RunKind kind : RunKind.values()) {
      assertThat(KernelChoice.smallest(given("precision", null), kind).precision())
          .isEqualTo(Precision.FLOAT32);
    }
  }
}
