package org.charrnn.model.loss;

import java.io.Serializable;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;

/**
 * What a {@link GradientGraph} computes.
 *
 * @param part the rows of a batch that it reads
 * @param dropout probability that a value is dropped, 0 to below 1
 * @param resetState probability that a row's initial state is set to zero, 0 to below 1
 * @param kernel how it is computed
 * @param seed determines the dropped values and the rows
 */
public record GradientSetup(
    ModelConfig network,
    BatchPart part,
    float dropout,
    float resetState,
    ComputeKernel kernel,
    long seed)
    implements Serializable {
  /** A setup that leaves the initial state as it is. */
  public GradientSetup(
      ModelConfig network, BatchPart part, float dropout, ComputeKernel kernel, long seed) {
    this(network, part, dropout, 0, kernel, seed);
  }

  /** A setup without dropout. */
  public static GradientSetup withoutDropout(
      ModelConfig network, BatchPart part, ComputeKernel kernel) {
    return new GradientSetup(network, part, 0, kernel, 0);
  }

  /** The same setup, computed in another way. */
  public GradientSetup withKernel(ComputeKernel newKernel) {
    return new GradientSetup(network, part, dropout, resetState, newKernel, seed);
  }

  /** The same setup for other rows of the batch. */
  public GradientSetup withPart(BatchPart newPart) {
    return new GradientSetup(network, newPart, dropout, resetState, kernel, seed);
  }
}
