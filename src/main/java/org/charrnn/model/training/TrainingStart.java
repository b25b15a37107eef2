package org.charrnn.model.training;

import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.GraphSession;

/** The values of a training's variables before its first step. */
public sealed interface TrainingStart {
  /** Random weights, determined by the seed of the training. */
  TrainingStart RANDOM = new RandomWeights();

  /** Random weights. */
  record RandomWeights() implements TrainingStart {}

  /**
   * Given weights; the optimizer and the state start from zeros.
   *
   * @param values all weights of the network, in any order
   */
  record Weights(List<VariableValue> values) implements TrainingStart {}

  /**
   * A checkpoint: the training continues bit for bit.
   *
   * @param values all variables: weights, the optimizer's variables, carried state
   */
  record Checkpoint(List<VariableValue> values) implements TrainingStart {}

  /**
   * Gives the variables of an open graph their values.
   *
   * @throws IllegalArgumentException that names the variables without a value, and the values that
   *     belong to no variable
   */
  default void assignTo(GraphSession<?> session, TrainingVariables variables) {
    if (this instanceof Weights weights) {
      session.assign(variables.weights(), weights.values());
    } else if (this instanceof Checkpoint checkpoint) {
      List<ResourceVariable> all = variables.all();
      session.assign(all, checkpoint.values());
    }
  }
}
