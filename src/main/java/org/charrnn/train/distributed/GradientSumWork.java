package org.charrnn.train.distributed;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.engine.SumWork;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.training.GradientWorker;
import org.charrnn.model.training.StepGradients;

/** Computes a slice's share of a step, its loss and gradients, with the weights of all slices. */
record GradientSumWork(SliceWorkers workers)
    implements SumWork<float[][], GradientSumWork.Slice, GradientSumWork.Sum> {
  /**
   * A slice of a batch.
   *
   * @param part whose loss is its share of the whole batch's loss
   * @param firstRow index of its first row in the batch
   * @param step counted from the first step of the training
   * @param state after the previous window
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
  record Slice(
      BatchPart part, int firstRow, long step, GradientWorker.Window window, float[][] state)
      implements Serializable {}

  /**
   * The sum over some slices.
   *
   * @param lossNats their share of the batch's mean loss
   * @param gradients with respect to each weight
   * @param states of each slice, in order
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
  record Sum(float lossNats, float[][] gradients, ArrayList<float[][]> states)
      implements Serializable {
    StepGradients ofBatch() {
      return new StepGradients(lossNats, gradients, Slices.join(states));
    }
  }

  @Override
  public Sum apply(float[][] weights, Slice slice) {
    StepGradients result =
        workers.withWorker(
            slice.part(),
            worker ->
                worker.gradients(
                    weights, slice.window(), slice.state(), slice.step(), slice.firstRow()));
    return new Sum(
        result.lossNats(), result.dWeights(), new ArrayList<>(List.<float[][]>of(result.state())));
  }

  @Override
  public Sum add(Sum sum, Sum next) {
    Slices.add(sum.gradients(), next.gradients(), sum.gradients().length);
    sum.states().addAll(next.states());
    return new Sum(sum.lossNats() + next.lossNats(), sum.gradients(), sum.states());
  }
}
