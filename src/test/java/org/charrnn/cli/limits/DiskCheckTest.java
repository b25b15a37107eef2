package org.charrnn.cli.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.cli.training.KernelChoice;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingValues;
import org.junit.jupiter.api.Test;

class DiskCheckTest {
  private static final ModelConfig NETWORK = new ModelConfig(CellKind.GRU, 10, 100, 2, 0);
  private static final BatchShape BATCH = new BatchShape(4, 5);

  /**
   * Each layer of a GRU has weights for 2 gates and a candidate, with biases, and one state tensor.
   */
  private static final double WEIGHTS = 3 * 100 * (110 + 1) + 3 * 100 * (200 + 1) + 10 * 101;

  private static final TrainingSize SIZE =
      new TrainingSize(RunKind.TRAIN, NETWORK, BATCH, BATCH, ComputeKernel.fused(1));

  @Test
  void twoCheckpointsAndSavedModelAreCounted() {
    double state = 2 * 4 * 100;
    assertThat(SIZE.diskBytes()).isEqualTo(4 * (2 * (3 * WEIGHTS + state) + WEIGHTS));
  }

  @Test
  void messageNamesDirectoryAndSpace() {
    Path run = Path.of("runs/x");
    long needed = (long) SIZE.diskBytes();
    assertThatCode(() -> DiskCheck.require(run, SIZE, needed)).doesNotThrowAnyException();
    assertThatThrownBy(() -> DiskCheck.require(run, SIZE, needed - 1))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "runs/x needs about 2.7 MB for two checkpoints and the SavedModel, and 2.7 MB are free;"
                + " free some space, choose another directory, or use a smaller --hidden or"
                + " --layers");
  }

  @Test
  void smallestSizeHasWhatIsGivenAndOtherwiseAsLittleAsPossible() {
    SettingValues given = new SettingValues(RunKind.TRAIN, Map.of("hidden", 300, "batch-size", 7));
    TrainingSize size = smallest(RunKind.TRAIN, given, Optional.empty());
    assertThat(size.model()).isEqualTo(new ModelConfig(CellKind.LSTM, 2, 300, 2, 0));
    assertThat(size.batch()).isEqualTo(new BatchShape(7, 1));
    assertThat(size.kernel()).isEqualTo(ComputeKernel.fused(1));
    SettingValues none = new SettingValues(RunKind.LAB, Map.of());
    TrainingSize lab = smallest(RunKind.LAB, none, Optional.empty());
    assertThat(lab.model()).isEqualTo(ModelConfig.lab(2, 1, 2));
    assertThat(lab.batch()).isEqualTo(new BatchShape(1, 10));
  }

  @Test
  void networkOfInitialModelIsKnown() {
    SettingValues given = new SettingValues(RunKind.TRAIN, Map.of());
    TrainingSize size = smallest(RunKind.TRAIN, given, Optional.of(NETWORK));
    assertThat(size.model()).isEqualTo(NETWORK);
  }

  @Test
  void slicesAreComputedOneAfterAnother() {
    SettingValues given = new SettingValues(RunKind.TRAIN, Map.of("batch-size", 7, "slices", 2));
    TrainingSize size = smallest(RunKind.TRAIN, given, Optional.empty());
    assertThat(size.computed()).isEqualTo(new BatchShape(4, 1));
    assertThat(size.batch().batchSize()).isEqualTo(7);
  }

  private static TrainingSize smallest(
      RunKind kind, SettingValues given, Optional<ModelConfig> known) {
    return TrainingSize.smallest(kind, given, known, KernelChoice.smallest(given, kind));
  }
}
