package org.charrnn.model.training;

import java.util.List;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.GraphSession;

/** The values of a training's variables before its first step. */
public final class TrainingStart {
  /** Random weights, determined by the seed of the training. */
  public static final TrainingStart RANDOM = new TrainingStart(Given.NOTHING, List.of());

  private enum Given {
    NOTHING,
    WEIGHTS,
    WEIGHTS_AND_OPTIMIZER,
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
   * Continues from a checkpoint on another text; the carried state starts from zeros.
   *
   * @param values weights and the optimizer's variables
   */
  public static TrainingStart otherText(List<VariableValue> values) {
    return new TrainingStart(Given.WEIGHTS_AND_OPTIMIZER, values);
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
      case WEIGHTS_AND_OPTIMIZER ->
          session.assign(
              Stream.of(variables.weights(), variables.adam().slots())
                  .flatMap(List::stream)
                  .toList(),
              values);
      case ALL_VARIABLES -> session.assign(variables.all(), values);
    }
  }
}
