package org.charrnn.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.LongConsumer;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.training.StepStatistics;
import org.charrnn.text.TokenRanges;
import org.tensorflow.ndarray.Shape;

/**
 * A trainer that only counts: step k has the loss k and the gradient norm 10 k. Its single weight,
 * and its single other variable, have the number of steps done as their value.
 */
public final class FakeTrainer implements Trainer {
  private final long stepsPerEpoch;
  private final int stepsTogether;
  private final List<String> trained = new ArrayList<>();
  private final Deque<Double> validationLosses = new ArrayDeque<>();
  private double lossSum;
  private float maxNorm;
  private long done;
  private List<VariableValue> weights = List.of(); // given; none for the single weight

  /** Creates a trainer that takes some steps together. */
  public FakeTrainer(long stepsPerEpoch, int stepsTogether) {
    this.stepsPerEpoch = stepsPerEpoch;
    this.stepsTogether = stepsTogether;
  }

  /** Sets the results of the next validations. */
  public FakeTrainer withValidationLosses(Double... nats) {
    validationLosses.addAll(Arrays.asList(nats));
    return this;
  }

  /** Sets the weights. */
  public FakeTrainer withWeights(List<VariableValue> newWeights) {
    weights = newWeights;
    return this;
  }

  /** The calls of {@link #train}, such as {@code 0-5}. */
  public List<String> trained() {
    return trained;
  }

  @Override
  public long stepsPerEpoch() {
    return stepsPerEpoch;
  }

  @Override
  public int stepsTogether() {
    return stepsTogether;
  }

  @Override
  public void train(long from, long to) {
    trained.add(from + "-" + to);
    for (long step = from; step < to; step++) {
      lossSum += step;
      maxNorm = Math.max(maxNorm, 10 * (float) step);
    }
    done = to;
  }

  @Override
  public StepStatistics statistics() {
    return new StepStatistics(lossSum, maxNorm);
  }

  @Override
  public void resetStatistics() {
    lossSum = 0;
    maxNorm = 0;
  }

  /** Reports the progress twice. */
  @Override
  public double meanLossNats(TokenRanges text, LongConsumer progress) {
    progress.accept(1);
    progress.accept(text.predictable());
    return validationLosses.remove();
  }

  @Override
  public List<VariableValue> weights() {
    return weights.isEmpty() ? List.of(scalar("weight")) : weights;
  }

  @Override
  public List<VariableValue> variables() {
    return List.of(scalar("weight"), scalar("other"));
  }

  private VariableValue scalar(String name) {
    return new VariableValue(name, Shape.scalar(), new float[] {(float) done});
  }

  @Override
  public void close() {}
}
