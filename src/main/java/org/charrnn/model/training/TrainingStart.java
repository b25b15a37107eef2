package org.charrnn.model.training;

import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.GraphSession;

/** The values of a training's variables before its first step. */
public final class TrainingStart {
  /** Random weights, determined by the seed of the training. */
  public static final TrainingStart RANDOM = new TrainingStart(Given.NOTHING, List.of());

  private enum Given {
    NOTHING,
    WEIGHTS,
    ALL_VARIABLES
  }

  private final Given given;
  private final List<VariableValue> values;

  private TrainingStart(Given given, List<VariableValue> values) {
    this.given = given;
    this.values = List.copyOf(values);
  }

  /**
   * Starts from given weights; the optimizer and the state start from zeros.
   *
   * @param values all weights of the network, in any order
   */
  public static TrainingStart weights(List<VariableValue> values) {
    return new TrainingStart(Given.WEIGHTS, values);
  }

  /**
   * Continues from a checkpoint, bit for bit.
   *
   * @param values all variables: weights, the optimizer's variables, carried state
   */
  public static TrainingStart checkpoint(List<VariableValue> values) {
    return new TrainingStart(Given.ALL_VARIABLES, values);
  }

  /**
   * Gives the variables of an open graph their values.
   *
   * @throws IllegalArgumentException that names the variables without a value, and the values that
   *     belong to no variable
   */
  void assignTo(GraphSession<?> session, TrainingVariables variables) {
    switch (given) {
      case NOTHING -> {} // the initializers of the graph have run
      case WEIGHTS -> session.assign(variables.weights(), values);
      case ALL_VARIABLES -> session.assign(variables.all(), values);
    }
  }
}
