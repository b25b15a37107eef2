package org.charrnn.train.distributed;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.engine.SumWork;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.training.GradientWorker;

/** Evaluates a slice's share of some windows. */
record EvaluationWork(SliceWorkers workers)
    implements SumWork<float[][], EvaluationWork.Slice, EvaluationWork.Sum> {
  /**
   * A slice of some batches.
   *
   * @param part whose losses are its shares of the whole batches' losses
   * @param state before the first window
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
  record Slice(BatchPart part, ArrayList<GradientWorker.EvaluationWindow> windows, float[][] state)
      implements Serializable {}

  /**
   * The sum over some slices.
   *
   * @param lossNats for each batch, their share of its mean loss
   * @param states of each slice after the last window, in order
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
  record Sum(float[] lossNats, ArrayList<float[][]> states) implements Serializable {}

  @Override
  public Sum apply(float[][] weights, Slice slice) {
    GradientWorker.Losses result =
        workers.withWorker(
            slice.part(), worker -> worker.losses(weights, slice.windows(), slice.state()));
    return new Sum(result.lossNats(), new ArrayList<>(List.<float[][]>of(result.state())));
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
