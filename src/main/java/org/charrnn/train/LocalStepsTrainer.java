package org.charrnn.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.charrnn.config.Slicing;
import org.charrnn.config.TrainingConfig;
import org.charrnn.engine.Engine;
import org.charrnn.model.BatchPart;
import org.charrnn.model.BatchShape;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.SliceModel;
import org.charrnn.model.TrainingModel.Seen;
import org.charrnn.model.TrainingOptions;
import org.charrnn.text.StreamBatcher;
import org.charrnn.train.LabTraining.DivergedException;

/**
 * Lets each slice take some steps by itself, on the mean loss of its own streams, clipped by
 * itself, from the same weights and moments; then takes the slices' average of both, weight by
 * weight (local SGD: Stich, arXiv:1805.09767). Each slice carries its streams' state along.
 *
 * <p>What is passed around for one step of {@link GradientTrainer} lasts for all of these, but what
 * is learned is not quite the same.
 */
final class LocalStepsTrainer extends SlicedTrainer {
  private final int localSteps;
  private double lossSum;
  private float largestNorm;

  LocalStepsTrainer(
      Engine engine,
      ModelConfig network,
      TrainingOptions options,
      TrainingConfig config,
      Slicing slicing,
      StreamBatcher text,
      SessionSettings session) {
    super(engine, network, options, config, slicing.slices(), text, session);
    localSteps = slicing.localSteps();
  }

  @Override
  public int stepsTogether() {
    return localSteps;
  }

  @Override
  public void train(long from, long to) throws DivergedException {
    float[][] all = model.arrays();
    float[][] state = state();
    float[][] learned = Arrays.copyOf(all, all.length - state.length);
    LocalStepsWork.Sum sum =
        engine.sum(new LocalStepsWork(settings), learned, slices(state, from, to));
    if (sum.notFinite() != null) {
      LocalStepsWork.NotFinite found = sum.notFinite();
      throw new DivergedException(found.what(), found.step(), found.value());
    }
    model.setArrays(
        LocalStepsWork.join(
            LocalStepsWork.average(sum, slices.count()), Slices.join(sum.states())));
    lossSum += sum.lossNats();
    largestNorm = Math.max(largestNorm, sum.gradientNorm());
  }

  private List<LocalStepsWork.Slice> slices(float[][] state, long from, long to) {
    List<LocalStepsWork.Slice> work = new ArrayList<>();
    for (int slice = 0; slice < slices.count(); slice++) {
      BatchShape shape = slices.shape(slice);
      work.add(
          new LocalStepsWork.Slice(
              BatchPart.of(shape, shape.batchSize()),
              slices.from(slice),
              (double) shape.batchSize() / config.batchSize(),
              new ArrayList<>(),
              slices.state(slice, state)));
    }
    for (long step = from; step < to; step++) {
      long inEpoch = step % text.batches();
      float rate = config.learningRate(step / text.batches());
      List<SliceModel.Window> windows = windows(inEpoch);
      for (int slice = 0; slice < slices.count(); slice++) {
        work.get(slice)
            .steps()
            .add(new LocalStepsWork.Step(step, rate, inEpoch == 0, windows.get(slice)));
      }
    }
    return work;
  }

  @Override
  public Seen seen() {
    return new Seen(lossSum, largestNorm);
  }

  @Override
  public void startCounting() {
    lossSum = 0;
    largestNorm = 0;
  }
}
