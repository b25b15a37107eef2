package org.charrnn.model.loss;

import java.io.Serializable;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;

/**
 * What a {@link GradientGraph} computes.
 *
 * @param part the rows of a batch that it reads
 * @param noise what a training step leaves out
 * @param kernel how it is computed
 * @param seed determines what is left out
 */
public record GradientSetup(
    ModelConfig network, BatchPart part, StepNoise noise, ComputeKernel kernel, long seed)
    implements Serializable {
  /** A setup without noise. */
  public static GradientSetup withoutNoise(
      ModelConfig network, BatchPart part, ComputeKernel kernel) {
    return new GradientSetup(network, part, StepNoise.NONE, kernel, 0);
  }

  /** The same setup, computed in another way. */
  public GradientSetup withKernel(ComputeKernel newKernel) {
    return new GradientSetup(network, part, noise, newKernel, seed);
  }

  /** The same setup for other rows of the batch. */
  public GradientSetup withPart(BatchPart newPart) {
    return new GradientSetup(network, newPart, noise, kernel, seed);
  }
}
