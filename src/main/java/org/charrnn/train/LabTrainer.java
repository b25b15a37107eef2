package org.charrnn.train;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.training.NotFiniteException;
import org.charrnn.model.training.StepStatistics;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.batches.Windows;

/** Trains the lab: every step trains on all windows, from a zero state. */
public final class LabTrainer implements Trainer {
  private final TrainingSession session;
  private final TrainingSession.Batch batch;
  private final float learningRate;
  private final LongPredicate wantsPredictions;
  private float lossNats; // of the last step
  private StepStatistics statistics = StepStatistics.NONE;
  private int[][] predictions; // of the last step; null if they were not wanted

  /**
   * @param session closed with the trainer
   * @param windows the whole data set
   * @param wantsPredictions whether the {@link #predictions()} of a step are wanted
   */
  public LabTrainer(
      TrainingSession session,
      Windows windows,
      float learningRate,
      LongPredicate wantsPredictions) {
    this.session = session;
    this.learningRate = learningRate;
    this.wantsPredictions = wantsPredictions;
    batch = session.newBatch();
    try {
      batch.fill(flat(windows.inputs()), flat(windows.targets()));
    } catch (RuntimeException e) { // the windows do not fit the session
      close();
      throw e;
    }
  }

  /**
   * Opens a trainer that starts from random weights and runs on all cores.
   *
   * @param seed determines the initial weights
   */
  public static LabTrainer open(
      ModelConfig config, Windows windows, ComputeKernel kernel, float learningRate, long seed) {
    BatchShape shape = new BatchShape(windows.count(), windows.sequenceLength());
    GradientSetup gradients =
        new GradientSetup(config, BatchPart.whole(shape), StepNoise.NONE, kernel, seed);
    TrainingSetup setup = new TrainingSetup(gradients, Float.POSITIVE_INFINITY, false);
    return new LabTrainer(
        TrainingSession.open(setup, TrainingStart.RANDOM, SessionSettings.allCores()),
        windows,
        learningRate,
        step -> false);
  }

  private static int[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(IntStream::of).toArray();
  }

  @Override
  public long stepsPerEpoch() {
    return 1;
  }

  @Override
  public void train(long from, long to) throws DivergedException {
    for (long step = from; step < to; step++) {
      try {
        TrainingSession.StepOutputs outputs =
            session.trainAndReturn(batch, learningRate, step, wantsPredictions.test(step));
        lossNats = outputs.meanLossNats();
        statistics = statistics.plus(new StepStatistics(lossNats, outputs.gradientNorm()));
        predictions = outputs.predictions();
      } catch (NotFiniteException e) {
        throw DivergedException.of(e, step);
      }
    }
  }

  /** The mean loss of a character in the last step, before it changed the weights, in nats. */
  public float lossNats() {
    return lossNats;
  }

  /**
   * The most likely character after each in the last step, before it changed the weights, {@code
   * [windows][sequenceLength]}; null if they were not wanted.
   */
  public int[][] predictions() {
    return predictions;
  }

  /** Returns the most likely character after each with the current weights. */
  public int[][] predict() {
    return session.predict(batch);
  }

  @Override
  public StepStatistics statistics() {
    return statistics;
  }

  @Override
  public void resetStatistics() {
    statistics = StepStatistics.NONE;
  }

  @Override
  public double meanLossNats(TokenRanges text, LongConsumer progress) {
    return Evaluation.of(session.evaluator(), text, progress).meanLossNats();
  }

  @Override
  public List<VariableValue> weights() {
    return session.state().weights();
  }

  @Override
  public List<VariableValue> variables() {
    return session.state().variables();
  }

  @Override
  public void close() {
    batch.close();
    session.close();
  }
}
