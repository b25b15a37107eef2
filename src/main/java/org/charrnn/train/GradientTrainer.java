package org.charrnn.train;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.config.TrainingConfig;
import org.charrnn.engine.Engine;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.SliceModel;
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
  public void train(long from, long to) throws DivergedException {
    takeEach(
        from,
        to,
        (step, rate) -> {
          float[][] weights = VariableValue.arrays(model.weights());
          model.train(
              engine.sum(new GradientWork(settings), weights, slices(step)).ofBatch(), rate);
        });
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
}
