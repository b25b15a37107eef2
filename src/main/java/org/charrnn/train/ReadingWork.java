package org.charrnn.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.engine.SumWork;
import org.charrnn.model.BatchPart;
import org.charrnn.model.SliceModel;

/** A slice's part of reading windows without learning. */
record ReadingWork(SliceSettings settings)
    implements SumWork<float[][], ReadingWork.Slice, ReadingWork.Sum> {

  /**
   * A slice of some batches.
   *
   * @param part its losses are its shares of the whole batches'
   * @param state before the first window
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  record Slice(BatchPart part, ArrayList<SliceModel.Reading> windows, float[][] state)
      implements Serializable {}

  /**
   * What slices give together.
   *
   * @param lossNats of each batch, their part of its mean loss
   * @param states of each slice after the last window, in their order
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  record Sum(float[] lossNats, ArrayList<float[][]> states) implements Serializable {}

  @Override
  public Sum apply(float[][] weights, Slice slice) {
    SliceModel.Losses found =
        settings.useSliceModel(
            slice.part(), model -> model.losses(weights, slice.windows(), slice.state()));
    return new Sum(found.lossNats(), new ArrayList<>(List.<float[][]>of(found.state())));
  }

  @Override
  public Sum add(Sum sum, Sum next) {
    for (int i = 0; i < sum.lossNats().length; i++) {
      sum.lossNats()[i] += next.lossNats()[i];
    }
    sum.states().addAll(next.states());
    return sum;
  }
}
