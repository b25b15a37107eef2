package org.charrnn.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.graph.GraphFunction.Argument;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.family.TType;

/**
 * A {@code While} operation whose loop variables may be of any type, including tensor lists.
 *
 * <p>{@link #add} marks the loop for lowering: TensorFlow runs it with its low-level control flow
 * operations, about twice as fast as calling a small body as a function. {@code Ops.whileOp} cannot
 * set this attribute. Python can differentiate the loop after loading the graph.
 *
 * <p>{@link #define} is for loops with large bodies that run several times: TensorFlow calls the
 * body as a function rather than copying it for each run, which would take seconds.
 */
public final class WhileLoop {
  private static final List<String> CONDITION = List.of("go_on");

  private final List<Argument> arguments;
  private final GraphFunction condition;
  private final GraphFunction body;
  private final boolean isLowered;

  private WhileLoop(
      List<Argument> arguments, GraphFunction condition, GraphFunction body, boolean isLowered) {
    this.arguments = arguments;
    this.condition = condition;
    this.body = body;
    this.isLowered = isLowered;
  }

  /**
   * A loop variable.
   *
   * @param initial the value before the first iteration
   * @param invariant the shape in every iteration; dimensions that may change are -1
   */
  public record Variable(Operand<? extends TType> initial, Shape invariant) {}

  /**
   * Adds a loop that runs once to a graph.
   *
   * @param tf the builder of the graph
   * @param name the name of the operation and, with suffixes, of its functions
   * @param variables the loop variables
   * @param condition returns one boolean scalar, whether to run another iteration
   * @param body returns the variables' next values, in the same order
   * @return the variables' values after the last iteration
   */
  public static List<Operand<? extends TType>> add(
      Ops tf,
      String name,
      List<Variable> variables,
      GraphFunction.Body condition,
      GraphFunction.Body body) {
    List<Argument> arguments = arguments(variables);
    return new WhileLoop(
            arguments,
            function(tf, name + "_cond", arguments, CONDITION, condition),
            function(tf, name + "_body", arguments, nextOf(arguments), body),
            true)
        .run(tf, name, initial(variables));
  }

  /**
   * Defines a loop that can run several times, from different values.
   *
   * @param name with suffixes, the name of its functions
   * @param variables whose initial values tell the types
   * @param inOneThread whether to run the operations of an iteration one after the other in one
   *     thread, which is faster if they are small and the session has several threads
   * @see #add
   */
  public static WhileLoop define(
      Ops tf,
      String name,
      List<Variable> variables,
      GraphFunction.Body condition,
      GraphFunction.Body body,
      boolean inOneThread) {
    List<Argument> arguments = arguments(variables);
    List<String> next = nextOf(arguments);
    GraphFunction iteration = function(tf, name + "_body", arguments, next, body);
    return new WhileLoop(
        arguments,
        function(tf, name + "_cond", arguments, CONDITION, condition),
        inOneThread ? inOneThread(tf, name + "_call", arguments, next, iteration) : iteration,
        false);
  }

  private static GraphFunction inOneThread(
      Ops tf,
      String name,
      List<Argument> arguments,
      List<String> results,
      GraphFunction iteration) {
    return function(
        tf,
        name,
        arguments,
        results,
        (outer, values) -> iteration.callInOneThread(outer, "iteration", values));
  }

  /** Returns the values before the first iteration. */
  static List<Operand<? extends TType>> initial(List<Variable> variables) {
    return variables.stream().<Operand<? extends TType>>map(Variable::initial).toList();
  }

  private static List<Argument> arguments(List<Variable> variables) {
    List<Argument> arguments = new ArrayList<>();
    for (Variable variable : variables) {
      DataType type = variable.initial().asOutput().dataType();
      arguments.add(new Argument("loop_variable_" + arguments.size(), type, variable.invariant()));
    }
    return arguments;
  }

  private static List<String> nextOf(List<Argument> arguments) {
    return IntStream.range(0, arguments.size()).mapToObj(i -> "next_" + i).toList();
  }

  private static GraphFunction function(
      Ops tf,
      String name,
      List<Argument> arguments,
      List<String> results,
      GraphFunction.Body body) {
    return GraphFunction.define((Graph) tf.scope().env(), name, arguments, results, body);
  }

  /**
   * Runs the loop.
   *
   * @param tf the builder of the graph in which it was defined
   * @param name of the operation
   * @param initial the variables' values before the first iteration
   * @return their values after the last iteration
   */
  public List<Operand<? extends TType>> run(
      Ops tf, String name, List<Operand<? extends TType>> initial) {
    boolean stateful = condition.isStateful() || body.isStateful();
    OperationBuilder loop =
        tf.scope()
            .opBuilder(stateful ? "While" : "StatelessWhile", name)
            .addInputList(initial.stream().map(Operand::asOutput).toArray(Output<?>[]::new))
            .setAttr("T", arguments.stream().map(Argument::type).toArray(DataType[]::new))
            .setAttr("output_shapes", arguments.stream().map(Argument::shape).toArray(Shape[]::new))
            .setAttr("cond", condition.reference())
            .setAttr("body", body.reference())
            .setAttr("_lower_using_switch_merge", isLowered);
    Operation operation = loop.build();
    List<Operand<? extends TType>> finalValues = new ArrayList<>();
    for (int i = 0; i < initial.size(); i++) {
      finalValues.add(operation.output(i));
    }
    return finalValues;
  }
}
