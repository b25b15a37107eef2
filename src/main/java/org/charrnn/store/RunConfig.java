package org.charrnn.store;

import java.util.Objects;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;

/**
 * The content of a run's {@code config.json}: all settings that it was made with, derived ones
 * included, so that it can be repeated.
 *
 * @param version of this program
 * @param kernel how training steps are computed; ops or fused
 * @param slicing how batches are divided
 * @param initFrom where the initial weights came from, or null
 */
public record RunConfig(
    String version,
    RunKind kind,
    ModelConfig model,
    TextConfig text,
    TrainingConfig training,
    ComputeKernel kernel,
    Slicing slicing,
    String initFrom) {
  public RunConfig {
    if (Stream.of(version, kind, model, text, training, kernel, slicing)
        .anyMatch(Objects::isNull)) {
      throw new InputException(
          "one of version, kind, model, text, training, kernel, slicing is null");
    }
  }

  /** The same with another training. */
  public RunConfig withTraining(TrainingConfig newTraining) {
    return new RunConfig(version, kind, model, text, newTraining, kernel, slicing, initFrom);
  }
}
