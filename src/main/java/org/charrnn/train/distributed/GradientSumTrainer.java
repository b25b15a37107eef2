package org.charrnn.train.distributed;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.engine.Engine;
import org.charrnn.model.training.GradientWorker;
import org.charrnn.model.training.NotFiniteException;
import org.charrnn.model.training.StepStatistics;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.train.DivergedException;

/** Takes each step with the sum of the gradients of all slices: the step of the whole batch. */
final class GradientSumTrainer extends SlicedTrainer {
  GradientSumTrainer(Engine engine, Setup setup, TrainingStart start) {
    super(engine, setup, start);
  }

  @Override
  public void train(long from, long to) throws DivergedException {
    for (long step = from; step < to; step++) {
      if (step % text.batches() == 0) {
        driver.state().resetCarriedState();
      }
      GradientSumWork.Sum sum =
          engine.sum(new GradientSumWork(workers), VariableValue.arrays(weights()), slices(step));
      try {
        driver.apply(sum.ofBatch(), rates.rate(step, text.batches()));
      } catch (NotFiniteException e) {
        throw DivergedException.of(e, step);
      }
    }
  }

  private List<GradientSumWork.Slice> slices(long step) {
    float[][] state = carriedState();
    List<GradientWorker.Window> windows = windows(step % text.batches());
    List<GradientSumWork.Slice> work = new ArrayList<>();
    for (int slice = 0; slice < slices.count(); slice++) {
      work.add(
          new GradientSumWork.Slice(
              part(slice),
              slices.from(slice),
              step,
              windows.get(slice),
              slices.state(slice, state)));
    }
    return work;
  }

  @Override
  public StepStatistics statistics() {
    return driver.state().statistics();
  }

  @Override
  public void resetStatistics() {
    driver.state().resetStatistics();
  }
}
