package org.charrnn.store;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.OptBoolean;
import org.charrnn.config.TextConfig;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;

/**
 * What {@code config.json} tells of a run: every number that it was made with, derived ones too, so
 * that it can be repeated.
 *
 * @param version of this program
 * @param kernel how its steps are computed; files of older versions do not tell, it is ops there
 * @param initFrom where the first weights came from, or null
 */
public record RunConfig(
    String version,
    ModelConfig model,
    TextConfig text,
    TrainingConfig training,
    @JacksonInject(useInput = OptBoolean.TRUE) Kernel kernel,
    String initFrom) {

  /** Whether every step takes all windows of the text, as the lab's do. */
  public boolean ofLab() {
    return text.tokens() == training.batchSize() + training.sequenceLength();
  }

  /** The same with another training. */
  public RunConfig withTraining(TrainingConfig newTraining) {
    return new RunConfig(version, model, text, newTraining, kernel, initFrom);
  }
}
