package org.charrnn.model;

import java.io.Serializable;
import org.charrnn.InputException;

/**
 * What keeps a training in bounds.
 *
 * @param dropout probability that a value between two layers is dropped, 0 to below 1
 * @param clip the largest norm of all gradients together, above 0; infinity does not clip
 * @param kernel how a step is computed
 */
public record TrainingOptions(float dropout, float clip, Kernel kernel) implements Serializable {
  /** As the lab trains: neither dropout nor clipping. */
  static TrainingOptions lab(Kernel kernel) {
    return new TrainingOptions(0, Float.POSITIVE_INFINITY, kernel);
  }

  public TrainingOptions {
    if (!(dropout >= 0 && dropout < 1)) {
      throw new InputException("--dropout must be from 0 to below 1, got " + dropout);
    }
    if (!(clip > 0)) {
      throw new InputException("--clip must be above 0, got " + clip);
    }
  }
}
