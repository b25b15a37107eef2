package org.charrnn.settings;

import java.io.Serializable;

/**
 * What keeps a network from learning its text by heart, and gradients from exploding.
 *
 * @param dropout probability that a value between two layers is dropped, 0 to below 1
 * @param weightDrop probability that a recurrent weight is dropped in a training step, 0 to below 1
 * @param resetState probability that a row starts a training step with a state of zeros, 0 to below
 *     1
 * @param clip largest global norm of the gradients, above 0; null does not clip
 */
public record Regularization(
    @Setting(
            label = "P",
            defaultValue = "0",
            min = 0,
            below = 1,
            resumable = true,
            help =
                "Probability that a value between two layers, or of an embedded token, is dropped"
                    + " in a training step")
        float dropout,
    @Setting(
            label = "P",
            defaultValue = "0",
            absent = "0",
            min = 0,
            below = 1,
            resumable = true,
            help =
                "Probability that a weight between the hidden states of two time steps is dropped"
                    + " in a training step")
        float weightDrop,
    @Setting(
            label = "P",
            defaultValue = "0.02",
            absent = "0",
            min = 0,
            below = 1,
            resumable = true,
            help =
                "Probability that a row of the batch starts a training step with a state of zeros,"
                    + " as a text does, instead of the state after the step before")
        float resetState,
    @Setting(
            label = "NORM",
            defaultValue = "5",
            off = "0",
            min = 0,
            resumable = true,
            help = "Largest global norm of the gradients; 0 does not clip them")
        Float clip)
    implements Serializable {
  /** None of them. */
  public static final Regularization NONE = new Regularization(0, 0, 0, null);

  public Regularization {
    SettingChecks.check(Regularization.class, dropout, weightDrop, resetState, clip);
    if (clip != null && clip == 0) {
      throw new SettingException("clip", "must be above 0 or null, got 0");
    }
  }

  /** The largest global norm of the gradients; infinity does not clip them. */
  public float maxNorm() {
    return clip == null ? Float.POSITIVE_INFINITY : clip;
  }
}
