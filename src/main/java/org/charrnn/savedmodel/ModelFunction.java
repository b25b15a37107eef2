package org.charrnn.savedmodel;

import java.util.List;
import org.charrnn.graph.GraphFunction;
import org.charrnn.savedmodel.Structure.TensorSpec;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/** A function of a model under construction, which signatures and other functions can call. */
public final class ModelFunction {
  private final GraphFunction definition; // takes the arguments' tensors, then the variables
  private final List<Argument> arguments;
  private final List<ModelVariable> variables;
  private final Structure result;

  ModelFunction(
      GraphFunction definition,
      List<Argument> arguments,
      List<ModelVariable> variables,
      Structure result) {
    this.definition = definition;
    this.arguments = List.copyOf(arguments);
    this.variables = List.copyOf(variables);
    this.result = result;
  }

  /** Builds the body of a function. */
  @FunctionalInterface
  public interface Body {
    /**
     * Builds the body and returns the tensors of the result, from left to right.
     *
     * @param tf operations of the function's own graph, which must contain the result
     * @param arguments tensors of all arguments, from left to right
     * @param variables values of the variables that the function reads
     */
    List<Operand<? extends TType>> build(
        Ops tf, List<Operand<? extends TType>> arguments, List<Operand<? extends TType>> variables);
  }

  /**
   * Calls this function in the body of another one, so that shared code is in the model only once.
   *
   * @param tf operations of the calling function's graph
   * @param tensors tensors of all arguments, from left to right
   * @return the tensors of the result, from left to right
   * @throws IllegalStateException if this function reads variables, since a body has no access to
   *     their handles
   */
  public List<Operand<? extends TType>> call(Ops tf, List<Operand<? extends TType>> tensors) {
    if (!variables.isEmpty()) {
      throw new IllegalStateException(
          definition.name() + " reads variables, so no other function can call it");
    }
    return definition.call(tf, "call", tensors);
  }

  GraphFunction definition() {
    return definition;
  }

  List<Argument> arguments() {
    return arguments;
  }

  List<ModelVariable> variables() {
    return variables;
  }

  List<TensorSpec> inputs() {
    return tensors(arguments);
  }

  List<TensorSpec> outputs() {
    return result.tensors();
  }

  static List<TensorSpec> tensors(List<Argument> arguments) {
    return arguments.stream().flatMap(a -> a.structure().tensors().stream()).toList();
  }
}
