package org.charrnn.testing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.training.NotFiniteException;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.text.batches.Windows;

/** A training session that trains as the lab does: each step on all windows of a text. */
public final class LabSession implements AutoCloseable {
  private final TrainingSession session;
  private final TrainingSession.Batch batch;
  private final float learningRate;

  private LabSession(TrainingSession session, Windows windows, float learningRate) {
    this.session = session;
    this.learningRate = learningRate;
    batch = session.newBatch();
    batch.fill(flat(windows.inputs()), flat(windows.targets()));
  }

  private static int[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(IntStream::of).toArray();
  }

  /** Returns the setup of a lab: no dropout, no clipping, a zero state before each step. */
  public static TrainingSetup setup(
      ModelConfig config, Windows windows, ComputeKernel kernel, long seed) {
    BatchShape shape = new BatchShape(windows.count(), windows.sequenceLength());
    return new TrainingSetup(
        new GradientSetup(config, BatchPart.whole(shape), StepNoise.NONE, kernel, seed),
        Float.POSITIVE_INFINITY,
        false);
  }

  /**
   * Opens a session on all cores.
   *
   * @param setup for the windows of the text, as returned by {@link #setup}
   * @param windows the training data
   */
  public static LabSession open(
      TrainingSetup setup, TrainingStart start, Windows windows, float learningRate) {
    return open(setup, start, windows, learningRate, SessionSettings.allCores());
  }

  /** Opens a session. */
  public static LabSession open(
      TrainingSetup setup,
      TrainingStart start,
      Windows windows,
      float learningRate,
      SessionSettings settings) {
    return new LabSession(TrainingSession.open(setup, start, settings), windows, learningRate);
  }

  /** Takes a training step and returns the mean loss before it, in nats. */
  public float train() {
    return train(false).meanLossNats();
  }

  /** Takes a training step and returns what it computed before it changed the weights. */
  public TrainingSession.StepOutputs trainAndPredict() {
    return train(true);
  }

  private TrainingSession.StepOutputs train(boolean withPredictions) {
    try {
      return session.trainAndReturn(batch, learningRate, 0, withPredictions);
    } catch (NotFiniteException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the most likely token after each, {@code [windows][sequenceLength]}. */
  public int[][] predict() {
    return session.predict(batch);
  }

  /** Returns the logits, {@code [windows][sequenceLength][classes]}. */
  public float[][][] logits() {
    return session.logits(batch);
  }

  /** Returns the weights. */
  public List<VariableValue> weights() {
    return session.state().weights();
  }

  /** Returns the weights and the optimizer's variables. */
  public List<VariableValue> variables() {
    return session.state().variables();
  }

  @Override
  public void close() {
    batch.close();
    session.close();
  }
}
