package org.charrnn.train;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.config.TrainingConfig;
import org.charrnn.engine.Engine;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.SliceModel;
import org.charrnn.model.TrainingModel.NotFiniteException;
import org.charrnn.model.TrainingModel.Seen;
import org.charrnn.model.TrainingOptions;
import org.charrnn.text.StreamBatcher;
import org.charrnn.train.LabTraining.DivergedException;

/**
 * Takes each step by the gradients of all slices, added up: the step that a whole batch would take.
 */
final class GradientTrainer extends SlicedTrainer {
  GradientTrainer(
      Engine engine,
      ModelConfig network,
      TrainingOptions options,
      TrainingConfig config,
      int sliceCount,
      StreamBatcher text,
      SessionSettings session) {
    super(engine, network, options, config, sliceCount, text, session);
  }

  @Override
  public int stepsTogether() {
    return 1;
  }

  @Override
  public void train(long from, long to) throws DivergedException {
    for (long step = from; step < to; step++) {
      if (step % text.batches() == 0) {
        model.startStreams();
      }
      GradientWork.Sum sum =
          engine.sum(new GradientWork(settings), arrays(model.weights()), slices(step));
      try {
        model.train(sum.ofBatch(), config.learningRate(step / text.batches()));
      } catch (NotFiniteException e) {
        throw new DivergedException(e.what(), step, e.value());
      }
    }
  }

  private List<GradientWork.Slice> slices(long step) {
    float[][] state = state();
    List<SliceModel.Window> windows = windows(step % text.batches());
    List<GradientWork.Slice> work = new ArrayList<>();
    for (int slice = 0; slice < slices.count(); slice++) {
      work.add(
          new GradientWork.Slice(
              part(slice),
              slices.from(slice),
              step,
              windows.get(slice),
              slices.state(slice, state)));
    }
    return work;
  }

  @Override
  public Seen seen() {
    return model.seen();
  }

  @Override
  public void startCounting() {
    model.startCounting();
  }
}
