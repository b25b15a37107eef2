package org.charrnn.train.distributed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.charrnn.engine.Engine;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.training.GradientWorker;
import org.charrnn.model.training.StepStatistics;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.train.DivergedException;

/**
 * Lets each slice take some steps on its own, from the same weights and moments, with the mean loss
 * of its own streams and its own clipping; then averages weights and moments over the slices (local
 * SGD: Stich, arXiv:1805.09767). Each slice carries the state of its streams.
 *
 * <p>Slices communicate once for all these steps instead of at every step as with {@link
 * GradientSumTrainer}, but what is learned is not quite the same.
 */
final class WeightAverageTrainer extends SlicedTrainer {
  private final int localSteps;
  private StepStatistics statistics = StepStatistics.NONE;

  WeightAverageTrainer(Engine engine, Setup setup, TrainingStart start) {
    super(engine, setup, start);
    localSteps = setup.slicing().localSteps();
  }

  @Override
  public int stepsTogether() {
    return localSteps;
  }

  @Override
  public void train(long from, long to) throws DivergedException {
    float[][] all = driver.state().arrays();
    float[][] state = carriedState();
    float[][] learned = Arrays.copyOf(all, all.length - state.length);
    WeightAverageWork.Sum sum =
        engine.sum(new WeightAverageWork(workers), learned, slices(state, from, to));
    if (sum.notFinite() != null) {
      WeightAverageWork.NotFinite first = sum.notFinite();
      throw new DivergedException(first.quantity(), first.step(), first.value());
    }
    driver
        .state()
        .setArrays(
            WeightAverageWork.join(
                WeightAverageWork.average(sum, slices.count()), Slices.join(sum.states())));
    statistics = statistics.plus(sum.statistics());
  }

  private List<WeightAverageWork.Slice> slices(float[][] state, long from, long to) {
    List<WeightAverageWork.Slice> work = new ArrayList<>();
    for (int slice = 0; slice < slices.count(); slice++) {
      BatchShape shape = slices.shape(slice);
      work.add(
          new WeightAverageWork.Slice(
              BatchPart.of(shape, shape.batchSize()),
              slices.from(slice),
              (double) shape.batchSize() / slices.batch().batchSize(),
              new ArrayList<>(),
              slices.state(slice, state)));
    }
    for (long step = from; step < to; step++) {
      long inEpoch = step % text.batches();
      float rate = rates.rate(step, text.batches());
      List<GradientWorker.Window> windows = windows(inEpoch);
      for (int slice = 0; slice < slices.count(); slice++) {
        work.get(slice)
            .steps()
            .add(new WeightAverageWork.Step(step, rate, inEpoch == 0, windows.get(slice)));
      }
    }
    return work;
  }

  @Override
  public StepStatistics statistics() {
    return statistics;
  }

  @Override
  public void resetStatistics() {
    statistics = StepStatistics.NONE;
  }
}
