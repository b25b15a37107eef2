package org.charrnn.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.charrnn.engine.SumWork;
import org.charrnn.model.BatchPart;
import org.charrnn.model.SliceModel;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingModel.NotFiniteException;
import org.charrnn.model.TrainingModel.Seen;

/** A slice's own steps between two averages, from the weights and moments that all start with. */
record LocalStepsWork(SliceSettings settings)
    implements SumWork<float[][], LocalStepsWork.Slice, LocalStepsWork.Sum> {
  /**
   * The last of the optimizer's variables, the powers of Adam's betas, are the same in all slices.
   */
  private static final int COMMON = 2;

  /**
   * A slice of some batches.
   *
   * @param part its loss is a mean over itself
   * @param firstRow its place in the batch
   * @param share its part of the batch's streams
   * @param state before the first step
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  record Slice(BatchPart part, int firstRow, double share, ArrayList<Step> steps, float[][] state)
      implements Serializable {}

  /**
   * A step to take.
   *
   * @param number counted from the first of all
   * @param startsStreams whether the window is the first of an epoch
   */
  record Step(long number, float rate, boolean startsStreams, SliceModel.Window window)
      implements Serializable {}

  /**
   * A step that found a number that is none.
   *
   * @param what was not a number
   */
  record NotFinite(long step, String what, float value) implements Serializable {}

  /**
   * What slices give together.
   *
   * @param lossNats sum over the steps, each slice's loss by its share of the batch
   * @param gradientNorm the largest of any slice's
   * @param learned weights and the optimizer's variables, added up but for those in common
   * @param states of each slice, in their order
   * @param notFinite the first that was found, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  record Sum(
      double lossNats,
      float gradientNorm,
      float[][] learned,
      ArrayList<float[][]> states,
      NotFinite notFinite)
      implements Serializable {}

  @Override
  public Sum apply(float[][] learned, Slice slice) {
    return settings.useTrainingModel(slice.part(), model -> steps(model, learned, slice));
  }

  private static Sum steps(TrainingModel model, float[][] learned, Slice slice) {
    model.setArrays(join(learned, slice.state()));
    model.setFirstRow(slice.firstRow());
    model.startCounting();
    NotFinite notFinite = null;
    try (TrainingModel.Batch batch = model.newBatch()) {
      for (int i = 0; i < slice.steps().size() && notFinite == null; i++) {
        Step step = slice.steps().get(i);
        if (step.startsStreams()) {
          model.startStreams();
        }
        batch.fill(step.window().x(), step.window().y());
        try {
          model.train(batch, step.rate(), step.number());
        } catch (NotFiniteException e) {
          notFinite = new NotFinite(step.number(), e.what(), e.value());
        }
      }
    }
    Seen seen = model.seen();
    float[][] all = model.arrays();
    float[][] state = Arrays.copyOfRange(all, learned.length, all.length);
    return new Sum(
        seen.lossSumNats() * slice.share(),
        seen.gradientNorm(),
        Arrays.copyOf(all, learned.length),
        new ArrayList<>(List.<float[][]>of(state)),
        notFinite);
  }

  /** Puts what is learned and the state together, as a model takes them. */
  static float[][] join(float[][] learned, float[][] state) {
    float[][] all = Arrays.copyOf(learned, learned.length + state.length);
    System.arraycopy(state, 0, all, learned.length, state.length);
    return all;
  }

  @Override
  public Sum add(Sum sum, Sum next) {
    Slices.add(sum.learned(), next.learned(), sum.learned().length - COMMON);
    sum.states().addAll(next.states());
    return new Sum(
        sum.lossNats() + next.lossNats(),
        Math.max(sum.gradientNorm(), next.gradientNorm()),
        sum.learned(),
        sum.states(),
        first(sum.notFinite(), next.notFinite()));
  }

  /** Makes averages of what was added up. */
  static float[][] average(Sum sum, int slices) {
    float[][] learned = sum.learned();
    for (int i = 0; i < learned.length - COMMON; i++) {
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
