package org.charrnn.train.distributed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.engine.Engine;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.training.GradientWorker;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.model.training.UpdateSession;
import org.charrnn.settings.LearningRates;
import org.charrnn.settings.Slicing;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.batches.StreamBatcher;
import org.charrnn.train.EvaluationWindows;
import org.charrnn.train.Trainer;

/**
 * Trains on slices of a batch that an {@link Engine} computes, on this machine or on others.
 *
 * <p>This side holds the weights, the optimizer and the state, and sends each slice what it needs;
 * the slices keep nothing. So the result depends only on the number of slices, not on the machines
 * that compute them or on tasks that are repeated after a failure.
 */
public abstract sealed class SlicedTrainer implements Trainer
    permits GradientSumTrainer, WeightAverageTrainer {
  /** Ids that are sent at once for evaluation. */
  private static final int IDS_PER_EVALUATION = 1 << 20;

  final Engine engine;
  final StreamBatcher text;
  final LearningRates rates;
  final Slices slices;
  final SliceWorkers workers;
  final UpdateSession driver;
  private final int[] x;
  private final int[] y;

  /**
   * What is trained and how.
   *
   * @param setup whose batch is divided
   * @param text to train on
   * @param session how each slice is computed, and the updates here
   */
  public record Setup(
      TrainingSetup setup,
      LearningRates rates,
      Slicing slicing,
      StreamBatcher text,
      SessionSettings session) {}

  SlicedTrainer(Engine engine, Setup setup, TrainingStart start) {
    this.engine = engine;
    text = setup.text();
    rates = setup.rates();
    slices = new Slices(setup.setup().gradients().part().shape(), setup.slicing().slices());
    workers = new SliceWorkers(UUID.randomUUID().toString(), setup.setup(), setup.session());
    x = new int[text.batchLength()];
    y = new int[text.batchLength()];
    driver = UpdateSession.open(setup.setup(), start, setup.session());
  }

  /**
   * Opens a trainer.
   *
   * @param engine computes the slices; not closed by the trainer
   */
  public static SlicedTrainer open(Engine engine, Setup setup, TrainingStart start) {
    return setup.slicing().localSteps() == 1
        ? new GradientSumTrainer(engine, setup, start)
        : new WeightAverageTrainer(engine, setup, start);
  }

  @Override
  public final long stepsPerEpoch() {
    return text.batches();
  }

  /** Returns each slice's part of a batch, counted from the first of the text. */
  final List<GradientWorker.Window> windows(long batch) {
    text.fill(batch, x, y);
    List<GradientWorker.Window> windows = new ArrayList<>();
    for (int slice = 0; slice < slices.count(); slice++) {
      windows.add(slices.window(slice, x, y));
    }
    return windows;
  }

  /** Returns a slice whose loss is its share of the batch's loss. */
  final BatchPart part(int slice) {
    return BatchPart.of(slices.shape(slice), slices.batch().batchSize());
  }

  /** Returns the carried state of the whole batch. */
  final float[][] carriedState() {
    return VariableValue.arrays(driver.state().carriedState());
  }

  /** Sends many windows at once, so the engine has few tasks. */
  @Override
  public final double meanLossNats(TokenRanges other, LongConsumer progress) {
    float[][] weights = VariableValue.arrays(weights());
    EvaluationWindows windows = new EvaluationWindows(other, slices.batch());
    int windowsPerRound = Math.max(1, IDS_PER_EVALUATION / windows.x().length);
    double sum = 0;
    List<Integer> weightSums = new ArrayList<>();
    List<EvaluationWork.Slice> work = evaluations(zeroState());
    boolean more = windows.next();
    while (more) {
      weightSums.add(windows.weightSum());
      for (int slice = 0; slice < slices.count(); slice++) {
        work.get(slice).windows().add(slices.window(slice, windows));
      }
      more = windows.next();
      boolean endsStreams = !more || windows.startsStreams();
      if (weightSums.size() == windowsPerRound || endsStreams) {
        EvaluationWork.Sum result = engine.sum(new EvaluationWork(workers), weights, work);
        for (int i = 0; i < weightSums.size(); i++) {
          sum += (double) result.lossNats()[i] * weightSums.get(i);
        }
        progress.accept(windows.predicted() - (more ? windows.weightSum() : 0));
        weightSums.clear();
        work = evaluations(endsStreams ? zeroState() : Slices.join(result.states()));
      }
    }
    return sum / windows.predicted();
  }

  private float[][] zeroState() {
    float[][] state = carriedState();
    for (float[] tensor : state) {
      Arrays.fill(tensor, 0);
    }
    return state;
  }

  /** Returns the work of each slice, without windows. */
  private List<EvaluationWork.Slice> evaluations(float[][] state) {
    List<EvaluationWork.Slice> work = new ArrayList<>();
    for (int slice = 0; slice < slices.count(); slice++) {
      work.add(
          new EvaluationWork.Slice(part(slice), new ArrayList<>(), slices.state(slice, state)));
    }
    return work;
  }

  @Override
  public final List<VariableValue> weights() {
    return driver.state().weights();
  }

  @Override
  public final List<VariableValue> variables() {
    return driver.state().variables();
  }

  @Override
  public final void close() {
    try (driver) { // closed even if a cluster fails to release the sessions
      engine.release(workers.training());
    }
  }
}
