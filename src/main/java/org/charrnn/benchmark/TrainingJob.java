package org.charrnn.benchmark;

import java.util.List;
import java.util.SplittableRandom;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.measure.Flops;
import org.charrnn.model.measure.OperationTime;
import org.charrnn.model.training.NotFiniteException;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.batches.StreamBatcher;
import org.charrnn.train.BatchFeed;

/** Trains on random characters. */
public final class TrainingJob implements Job {
  private static final int BATCHES = 8;
  private static final float CLIP = 5;
  private static final float LEARNING_RATE = 0.002f;
  private static final long SEED = 1;

  private final TrainingSession session;
  private final BatchFeed batches;
  private long step;

  /** Opens the network without taking a step. */
  public TrainingJob(
      ModelConfig network, BatchShape shape, ComputeKernel kernel, SessionSettings settings) {
    GradientSetup gradients =
        new GradientSetup(network, BatchPart.whole(shape), StepNoise.NONE, kernel, SEED);
    session =
        TrainingSession.open(
            new TrainingSetup(gradients, CLIP, true), TrainingStart.RANDOM, settings);
    TokenIds text = new TokenIds(network.classes());
    new SplittableRandom(SEED)
        .ints((long) BATCHES * shape.size() + 1, 0, network.classes())
        .forEach(text::add);
    TokenRange all = new TokenRange("random text", text, 0, text.size());
    batches =
        new BatchFeed(
            session, new StreamBatcher(all, shape.batchSize(), shape.sequenceLength()), step);
  }

  @Override
  public void run(int steps) {
    try {
      for (int i = 0; i < steps; i++) {
        session.train(batches.next(), LEARNING_RATE, step++);
      }
    } catch (NotFiniteException e) {
      throw new IllegalStateException(e); // clipped gradients on random text stay small
    }
  }

  /**
   * Returns the time that each type of operation takes in a step, measured by tracing some steps.
   */
  public List<OperationTime> profile(int steps) {
    return session.profile(batches.next(), steps);
  }

  @Override
  public long charactersPerStep() {
    return session.shape().size();
  }

  @Override
  public double flopsPerStep() {
    return Flops.ofTrainingStep(session.config(), session.shape());
  }

  @Override
  public void close() {
    batches.close();
    session.close();
  }
}
