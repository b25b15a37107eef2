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
 * The content of a run's {@code config.json}: all settings of the run, including derived ones, so
 * that it can be repeated.
 *
 * @param version of the program that started the run
 * @param kind lab or train
 * @param model architecture of the network
 * @param text description of the training text
 * @param training how the network is trained
 * @param kernel how training steps are computed
 * @param slicing how batches are divided
 * @param initFrom path that the initial weights were read from, or null
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

  /** Returns the same configuration with other training settings. */
  public RunConfig withTraining(TrainingConfig newTraining) {
    return new RunConfig(version, kind, model, text, newTraining, kernel, slicing, initFrom);
  }
}
