package org.charrnn.train.distributed;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.charrnn.engine.SumWork;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.training.GradientWorker;
import org.charrnn.model.training.NotFiniteException;
import org.charrnn.model.training.StepStatistics;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingState;

/** Takes a slice's own steps between two averages, from the common weights and moments. */
record WeightAverageWork(SliceWorkers workers)
    implements SumWork<float[][], WeightAverageWork.Slice, WeightAverageWork.Sum> {
  /** The last variables of the optimizer, the powers of Adam's betas, are equal in all slices. */
  private static final int EQUAL_IN_ALL = 2;

  /**
   * A slice of some batches.
   *
   * @param part whose loss is a mean over itself
   * @param firstRow index of its first row in the batch
   * @param share of the batch's streams
   * @param state before the first step
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
  record Slice(BatchPart part, int firstRow, double share, ArrayList<Step> steps, float[][] state)
      implements Serializable {}

  /**
   * A step to take.
   *
   * @param number counted from the first step of the training
   * @param startsEpoch whether the window is the first of an epoch
   */
  record Step(long number, float rate, boolean startsEpoch, GradientWorker.Window window)
      implements Serializable {}

  /**
   * A step whose loss or gradient norm is not finite.
   *
   * @param quantity that is not finite
   */
  record NotFinite(long step, String quantity, float value) implements Serializable {}

  /**
   * The sum over some slices.
   *
   * @param statistics of the steps, each slice's loss multiplied by its share of the batch
   * @param learned weights and the optimizer's variables, summed except those equal in all slices
   * @param states of each slice, in order
   * @param notFinite the first step that is not finite, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
  record Sum(
      StepStatistics statistics,
      float[][] learned,
      ArrayList<float[][]> states,
      NotFinite notFinite)
      implements Serializable {}

  @Override
  public Sum apply(float[][] learned, Slice slice) {
    return workers.withTraining(slice.part(), session -> takeSteps(session, learned, slice));
  }

  private static Sum takeSteps(TrainingSession session, float[][] learned, Slice slice) {
    TrainingState training = session.state();
    training.setArrays(join(learned, slice.state()));
    training.resetStatistics();
    session.setFirstRow(slice.firstRow());
    NotFinite notFinite = null;
    try (TrainingSession.Batch batch = session.newBatch()) {
      for (int i = 0; i < slice.steps().size() && notFinite == null; i++) {
        Step step = slice.steps().get(i);
        if (step.startsEpoch()) {
          training.resetCarriedState();
        }
        batch.fill(step.window().x(), step.window().y());
        try {
          session.train(batch, step.rate(), step.number());
        } catch (NotFiniteException e) {
          notFinite = new NotFinite(step.number(), e.quantity(), e.value());
        }
      }
    }
    StepStatistics statistics = training.statistics();
    float[][] all = training.arrays();
    float[][] state = Arrays.copyOfRange(all, learned.length, all.length);
    return new Sum(
        new StepStatistics(statistics.lossSumNats() * slice.share(), statistics.maxGradientNorm()),
        Arrays.copyOf(all, learned.length),
        new ArrayList<>(List.<float[][]>of(state)),
        notFinite);
  }

  /** Concatenates what is learned and the state, as a training session holds them. */
  static float[][] join(float[][] learned, float[][] state) {
    float[][] all = Arrays.copyOf(learned, learned.length + state.length);
    System.arraycopy(state, 0, all, learned.length, state.length);
    return all;
  }

  @Override
  public Sum add(Sum sum, Sum next) {
    Slices.add(sum.learned(), next.learned(), sum.learned().length - EQUAL_IN_ALL);
    sum.states().addAll(next.states());
    return new Sum(
        sum.statistics().plus(next.statistics()),
        sum.learned(),
        sum.states(),
        first(sum.notFinite(), next.notFinite()));
  }

  /** Divides a sum over all slices by their number. */
  static float[][] average(Sum sum, int slices) {
    float[][] learned = sum.learned();
    for (int i = 0; i < learned.length - EQUAL_IN_ALL; i++) {
      for (int j = 0; j < learned[i].length; j++) {
        learned[i][j] /= slices;
      }
    }
    return learned;
  }

  private static NotFinite first(NotFinite one, NotFinite other) {
    if (one == null || (other != null && other.step() < one.step())) {
      return other;
    }
    return one;
  }
}
