package org.charrnn.benchmark;

import java.util.List;
import java.util.SplittableRandom;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Flops;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.OperationTime;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingModel.NotFiniteException;
import org.charrnn.model.TrainingOptions;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.train.BatchFeed;

/** Steps of training as a char-rnn takes them, on streams of random characters. */
public final class TrainingJob implements Job {
  private static final int BATCHES = 8;
  private static final float CLIP = 5;
  private static final float LEARNING_RATE = 0.002f;
  private static final long SEED = 1;

  private final TrainingModel model;
  private final BatchFeed batches;
  private long step;

  /** Builds the network; the first step is still to be taken. */
  public TrainingJob(
      ModelConfig network, BatchShape shape, Kernel kernel, SessionSettings settings) {
    model = new TrainingModel(network, shape, new TrainingOptions(0, CLIP, kernel), SEED, settings);
    TokenIds text = new TokenIds(network.classes());
    new SplittableRandom(SEED)
        .ints((long) BATCHES * shape.batchSize() * shape.sequenceLength() + 1, 0, network.classes())
        .forEach(text::add);
    TokenRange all = new TokenRange("random text", text, 0, text.size());
    batches =
        new BatchFeed(
            model, new StreamBatcher(all, shape.batchSize(), shape.sequenceLength()), step);
  }

  @Override
  public void run(int steps) {
    try {
      for (int i = 0; i < steps; i++) {
        model.train(batches.next(), LEARNING_RATE, step++);
      }
    } catch (NotFiniteException e) {
      throw new IllegalStateException(e); // clipped gradients of random text stay small
    }
  }

  /** Where the time of a step goes, by some steps that a tracer watches. */
  public List<OperationTime> profile(int steps) {
    return model.profile(batches.next(), steps);
  }

  @Override
  public long charactersPerStep() {
    return (long) model.shape().batchSize() * model.shape().sequenceLength();
  }

  @Override
  public double flopsPerStep() {
    return Flops.ofTrainingStep(model.config(), model.shape());
  }

  @Override
  public void close() {
    batches.close();
    model.close();
  }
}
