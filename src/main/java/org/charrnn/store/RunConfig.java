package org.charrnn.store;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.config.Slicing;
import org.charrnn.config.TextConfig;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;

/**
 * What {@code config.json} tells of a run: every number that it was made with, derived ones too, so
 * that it can be repeated.
 *
 * @param version of this program
 * @param kernel how its steps are computed; ops or fused
 * @param slicing how its batches are shared out
 * @param initFrom where the first weights came from, or null
 */
public record RunConfig(
    String version,
    ModelConfig model,
    TextConfig text,
    TrainingConfig training,
    Kernel kernel,
    Slicing slicing,
    String initFrom) {

  public RunConfig {
    if (Stream.of(version, model, text, training, kernel, slicing).anyMatch(Objects::isNull)) {
      throw new InputException("one of version, model, text, training, kernel, slicing is null");
    }
  }

  /**
   * What older versions did not write: there was one kernel then, batches were whole, and nothing
   * was sampled.
   */
  private static final Map<String, Object> ADDED =
      Map.of("kernel", Kernel.OPS, "slicing", Slicing.NONE, "training", Map.of("sample_length", 0));

  /** A run whose batches are whole. */
  public RunConfig(
      String version,
      ModelConfig model,
      TextConfig text,
      TrainingConfig training,
      Kernel kernel,
      String initFrom) {
    this(version, model, text, training, kernel, Slicing.NONE, initFrom);
  }

  /**
   * Reads the content of a {@code config.json}, also of an older version's.
   *
   * @param source what a message names
   * @throws org.charrnn.InputException if it is damaged
   */
  static RunConfig parse(byte[] json, Object source) {
    return Json.parse(json, RunConfig.class, Json.tree(ADDED), source);
  }

  /** Whether every step takes all windows of the text, as the lab's do. */
  public boolean ofLab() {
    return text.tokens() == training.batchSize() + training.sequenceLength();
  }

  /** The same with another training. */
  public RunConfig withTraining(TrainingConfig newTraining) {
    return new RunConfig(version, model, text, newTraining, kernel, slicing, initFrom);
  }
}
