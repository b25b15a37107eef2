package org.charrnn.train;

import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.Regularization;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.batches.Windows;

/** Setups of small trainings for tests. */
public final class Setups {
  private Setups() {}

  /** Returns the setup of a training on streams of text, which carry the state. */
  public static TrainingSetup streams(
      ModelConfig network,
      BatchShape batch,
      Regularization regularization,
      ComputeKernel kernel,
      long seed) {
    GradientSetup gradients =
        new GradientSetup(
            network, BatchPart.whole(batch), StepNoise.of(regularization), kernel, seed);
    return new TrainingSetup(gradients, regularization.maxNorm(), true);
  }

  /** Returns the setup of a lab, which starts every step from a zero state. */
  public static TrainingSetup lab(
      ModelConfig network, Windows windows, ComputeKernel kernel, long seed) {
    BatchShape batch = new BatchShape(windows.count(), windows.sequenceLength());
    GradientSetup gradients =
        new GradientSetup(network, BatchPart.whole(batch), StepNoise.NONE, kernel, seed);
    return new TrainingSetup(gradients, Float.POSITIVE_INFINITY, false);
  }

  /** Returns a text of ids. */
  public static TokenRange text(String name, int classes, int... ids) {
    return new TokenRange(name, TokenIds.of(classes, ids), 0, ids.length);
  }
}
