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
 * A float variable with a resource handle, {@code VarHandleOp}, and one read, {@code
 * ReadVariableOp}.
 *
 * <p>TensorFlow-Java's {@code tf.variable} is a reference variable, which an optimizer may
 * overwrite while other ops still read it. A value read from a resource variable does not change
 * afterwards, so a training step sees the weights as they were at its start. All uses in a graph
 * share one read operation, so they see the same tensor.
 *
 * <p>The name may contain slashes ({@code rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel}), which
 * {@code Ops.withName} rejects. It is also the variable's name in checkpoints.
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
   * @param tf the builder of the graph that will own the variable
   * @param name the full name, which may contain slashes and must not exist in the graph yet
   * @param shape the shape, fully defined
   * @param initializer computes the initial value
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

  /** Returns the variable's name in its graph and in checkpoints. */
  public String name() {
    return name;
  }

  /** Returns the variable's shape, which is fully defined. */
  public Shape shape() {
    return shape;
  }

  /** Returns the resource handle, for ops that update the variable. */
  public Output<? extends TType> handle() {
    return handle;
  }

  /** Returns the value at the start of a {@code Session.run}, of shape {@link #shape()}. */
  public Operand<TFloat32> value() {
    return value;
  }

  /** Adds an operation that assigns a new value. */
  public Op assign(Ops tf, Operand<TFloat32> newValue) {
    return tf.assignVariableOp(handle, newValue);
  }

  @Override
  public String toString() {
    return name + " " + shape;
  }
}
