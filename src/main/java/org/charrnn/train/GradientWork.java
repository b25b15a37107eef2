package org.charrnn.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.engine.SumWork;
import org.charrnn.model.BatchGradients;
import org.charrnn.model.BatchPart;
import org.charrnn.model.SliceModel;

/** A slice's part of a step: its loss and gradients, by the weights that all slices share. */
record GradientWork(SliceSettings settings)
    implements SumWork<float[][], GradientWork.Slice, GradientWork.Sum> {

  /**
   * A slice of a batch.
   *
   * @param part its loss is its share of the whole batch's
   * @param firstRow its place in the batch
   * @param step counted from the first of all
   * @param state after the window before
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  record Slice(BatchPart part, int firstRow, long step, SliceModel.Window window, float[][] state)
      implements Serializable {}

  /**
   * What slices give together.
   *
   * @param lossNats their part of the batch's mean loss
   * @param gradients of that by each weight
   * @param states of each slice, in their order
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  record Sum(float lossNats, float[][] gradients, ArrayList<float[][]> states)
      implements Serializable {
    BatchGradients ofBatch() {
      return new BatchGradients(lossNats, gradients, Slices.join(states));
    }
  }

  @Override
  public Sum apply(float[][] weights, Slice slice) {
    BatchGradients found =
        settings.useSliceModel(
            slice.part(),
            model ->
                model.gradients(
                    weights, slice.window(), slice.state(), slice.step(), slice.firstRow()));
    return new Sum(
        found.lossNats(), found.byWeight(), new ArrayList<>(List.<float[][]>of(found.state())));
  }

  @Override
  public Sum add(Sum sum, Sum next) {
    Slices.add(sum.gradients(), next.gradients(), sum.gradients().length);
    sum.states().addAll(next.states());
    return new Sum(sum.lossNats() + next.lossNats(), sum.gradients(), sum.states());
  }
}
