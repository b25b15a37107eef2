package org.charrnn.graph;

import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.initializers.Initializer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * A float variable held by a {@code VarHandleOp}, read by one {@code ReadVariableOp}.
 *
 * <p>TensorFlow-Java's own {@code tf.variable} is a reference variable: an optimizer overwrites it
 * while other ops still read it. A value read from a resource variable is never written under its
 * readers, so a training step sees the weights as they were at its start. One read operation per
 * graph serves all uses: what is added up, printed and differentiated is the same tensor.
 *
 * <p>The name may hold slashes ({@code rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel}), which
 * {@code Ops.withName} refuses; it is also the variable's name in a checkpoint.
 */
public final class ResourceVariable {
  private final String name;
  private final Shape shape;
  private final Output<? extends TType> handle;
  private final Operand<TFloat32> value;

  private ResourceVariable(
      String name, Shape shape, Output<? extends TType> handle, Operand<TFloat32> value) {
    this.name = name;
    this.shape = shape;
    this.handle = handle;
    this.value = value;
  }

  /**
   * Adds a variable to a graph, with an initializer that {@code Session.initialize()} runs.
   *
   * @param tf builds into the graph that will own the variable
   * @param name full name of the variable, slashes allowed, unused so far in the graph
   * @param shape fully defined
   * @param initializer gives the first value
   */
  public static ResourceVariable create(
      Ops tf, String name, Shape shape, Initializer<TFloat32> initializer) {
    ResourceVariable variable = declare(tf, name, shape);
    ExecutionEnvironment graph = tf.scope().env();
    Ops init = tf.withInitScope();
    Scope initScope = init.scope();
    Operand<TFloat32> initial =
        initializer.call(init, init.constant(shape.asArray()), TFloat32.class);
    Output<TFloat32> initialValue =
        graph
            .opBuilder("Identity", name + "/initial_value", initScope)
            .addInput(initial.asOutput())
            .build()
            .output(0);
    graph
        .opBuilder("AssignVariableOp", name + "/Assign", initScope)
        .addInput(variable.handle)
        .addInput(initialValue)
        .setAttr("dtype", DataType.DT_FLOAT)
        .build();
    return variable;
  }

  /**
   * Adds a variable without an initializer to a graph. It has no value until one is assigned.
   *
   * @param tf adds to the graph that will own the variable
   * @param name full name of the variable, slashes allowed, unique in the graph
   * @param shape fully defined
   */
  public static ResourceVariable declare(Ops tf, String name, Shape shape) {
    ExecutionEnvironment graph = tf.scope().env();
    Output<? extends TType> handle =
        graph
            .opBuilder("VarHandleOp", name, tf.scope())
            .setAttr("dtype", DataType.DT_FLOAT)
            .setAttr("shape", shape)
            .setAttr("shared_name", name)
            .build()
            .output(0);
    Output<TFloat32> value =
        graph
            .opBuilder("ReadVariableOp", name + "/Read", tf.scope())
            .addInput(handle)
            .setAttr("dtype", DataType.DT_FLOAT)
            .build()
            .output(0);
    return new ResourceVariable(name, shape, handle, value);
  }

  /** The variable's name in its graph and in checkpoints. */
  public String name() {
    return name;
  }

  /** The variable's shape, fully defined. */
  public Shape shape() {
    return shape;
  }

  /** The resource handle, for ops that update the variable. */
  public Output<? extends TType> handle() {
    return handle;
  }

  /** The value at the start of a {@code Session.run}, of shape {@link #shape()}. */
  public Operand<TFloat32> value() {
    return value;
  }

  /** Returns an operation that replaces the value. */
  public Op assign(Ops tf, Operand<TFloat32> newValue) {
    return tf.assignVariableOp(handle, newValue);
  }

  @Override
  public String toString() {
    return name + " " + shape;
  }
}
