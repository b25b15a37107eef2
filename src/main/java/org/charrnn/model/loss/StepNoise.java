package org.charrnn.model.loss;

import java.io.Serializable;
import org.charrnn.settings.Regularization;

/**
 * What a training step leaves out at random, each a probability of 0 to below 1.
 *
 * @param dropout that a value is dropped
 * @param weightDrop that a recurrent weight is dropped
 * @param resetState that a row's initial state is set to zero
 */
public record StepNoise(float dropout, float weightDrop, float resetState) implements Serializable {
  /** Nothing is left out. */
  public static final StepNoise NONE = new StepNoise(0, 0, 0);

  /** The noise of a training. */
  public static StepNoise of(Regularization regularization) {
    return new StepNoise(
        regularization.dropout(), regularization.weightDrop(), regularization.resetState());
  }

  /** Dropout only. */
  public static StepNoise dropout(float probability) {
    return new StepNoise(probability, 0, 0);
  }
}
