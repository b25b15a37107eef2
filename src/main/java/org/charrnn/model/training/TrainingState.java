package org.charrnn.model.training;

import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.GraphSession;
import org.charrnn.model.Tensors;
import org.tensorflow.Result;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat64;

/** What a training has learned so far, and the statistics of its steps, in an open session. */
public final class TrainingState {
  private final GraphSession<?> session;
  private final UpdateGraph update;

  TrainingState(GraphSession<?> session, UpdateGraph update) {
    this.session = session;
    this.update = update;
  }

  /** Returns the weights. */
  public List<VariableValue> weights() {
    return session.values(update.variables().weights());
  }

  /** Returns the state that the streams carry to the next window, each {@code [batch, size]}. */
  public List<VariableValue> carriedState() {
    return session.values(update.variables().state());
  }

  /** Returns all variables that a checkpoint holds: weights, optimizer, carried state. */
  public List<VariableValue> variables() {
    return session.values(update.variables().all());
  }

  /** Returns the elements of {@link #variables()}. */
  public float[][] arrays() {
    return VariableValue.arrays(variables());
  }

  /**
   * Replaces all of {@link #variables()}.
   *
   * @throws IllegalArgumentException if there are more or fewer
   */
  public void setArrays(float[][] values) {
    List<ResourceVariable> variables = update.variables().all();
    if (values.length != variables.size()) {
      throw new IllegalArgumentException(
          "%d arrays for %d variables".formatted(values.length, variables.size()));
    }
    for (int i = 0; i < values.length; i++) {
      ResourceVariable variable = variables.get(i);
      session.assign(
          List.of(variable),
          List.of(new VariableValue(variable.name(), variable.shape(), values[i])));
    }
  }

  /** Sets the carried state to zeros, as before the first window of a stream. */
  public void resetCarriedState() {
    run(update.resetState());
  }

  /** Returns the statistics of the steps since {@link #resetStatistics}. */
  public StepStatistics statistics() {
    try (Result result = session.runner().fetch(update.lossSum()).fetch(update.maxNorm()).run()) {
      return new StepStatistics(((TFloat64) result.get(0)).getDouble(), Tensors.scalar(result, 1));
    }
  }

  /** Starts new statistics. */
  public void resetStatistics() {
    run(update.resetStatistics());
  }

  private void run(Op operation) {
    session.runner().addTarget(operation).run().close();
  }
}
