package org.charrnn.graph;

import java.util.ArrayList;
import java.util.List;
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
 * <p>The loop is marked for lowering: TensorFlow runs it with its low-level control flow
 * operations, about twice as fast as calling the body as a function. {@code Ops.whileOp} cannot set
 * this attribute. Python can differentiate the loop after loading the graph.
 */
public final class WhileLoop {
  private final List<Argument> arguments;
  private final GraphFunction condition;
  private final GraphFunction body;

  private WhileLoop(List<Argument> arguments, GraphFunction condition, GraphFunction body) {
    this.arguments = arguments;
    this.condition = condition;
    this.body = body;
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
   * @param name the name of the operation and, with suffixes, of its two functions
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
    return define(tf, name, variables, condition, body)
        .run(
            tf, name, variables.stream().<Operand<? extends TType>>map(Variable::initial).toList());
  }

  /**
   * Defines a loop that can run several times, from different values.
   *
   * @param name with suffixes, the name of its two functions
   * @param variables whose initial values tell the types
   * @see #add
   */
  public static WhileLoop define(
      Ops tf,
      String name,
      List<Variable> variables,
      GraphFunction.Body condition,
      GraphFunction.Body body) {
    Graph graph = (Graph) tf.scope().env();
    List<Argument> arguments = new ArrayList<>();
    List<String> results = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      Variable variable = variables.get(i);
      DataType type = variable.initial().asOutput().dataType();
      arguments.add(new Argument("loop_variable_" + i, type, variable.invariant()));
      results.add("next_" + i);
    }
    return new WhileLoop(
        arguments,
        GraphFunction.define(graph, name + "_cond", arguments, List.of("go_on"), condition),
        GraphFunction.define(graph, name + "_body", arguments, results, body));
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
            .setAttr("_lower_using_switch_merge", true);
    Operation operation = loop.build();
    List<Operand<? extends TType>> finalValues = new ArrayList<>();
    for (int i = 0; i < initial.size(); i++) {
      finalValues.add(operation.output(i));
    }
    return finalValues;
  }
}
