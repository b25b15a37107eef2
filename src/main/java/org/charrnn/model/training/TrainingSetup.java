package org.charrnn.model.training;

import java.io.Serializable;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;

/**
 * What a training session trains and how.
 *
 * @param gradients what each step computes
 * @param maxNorm largest global norm of the gradients; infinity does not clip them
 * @param carriesState whether a window starts with the state after the previous one; else with
 *     zeros, as in the lab
 */
public record TrainingSetup(GradientSetup gradients, float maxNorm, boolean carriesState)
    implements Serializable {
  /** The same setup for other rows of the batch. */
  public TrainingSetup withPart(BatchPart part) {
    return new TrainingSetup(gradients.withPart(part), maxNorm, carriesState);
  }

  /** Rows whose state is carried, 0 if it is not. */
  int carriedRows() {
    return carriesState ? gradients.part().shape().batchSize() : 0;
  }
}
