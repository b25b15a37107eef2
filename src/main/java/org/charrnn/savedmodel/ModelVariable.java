package org.charrnn.savedmodel;

import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TType;

/** A variable of a model that is being built; functions read it. */
public final class ModelVariable {
  private final String name;
  private final int node; // among the model's objects
  private final boolean trainable;
  private final Shape shape;
  private final Class<? extends TType> type;
  private final InSession inSession;

  /**
   * The variable in the graph that sessions run.
   *
   * @param initializer sets it to the initial value
   */
  record InSession(
      Operand<? extends TType> handle,
      Operand<? extends TType> initialValue,
      Operation initializer,
      Operand<? extends TType> value) {}

  ModelVariable(
      String name,
      int node,
      boolean trainable,
      Shape shape,
      Class<? extends TType> type,
      InSession inSession) {
    this.name = name;
    this.node = node;
    this.trainable = trainable;
    this.shape = shape;
    this.type = type;
    this.inSession = inSession;
  }

  String name() {
    return name;
  }

  int node() {
    return node;
  }

  boolean trainable() {
    return trainable;
  }

  Shape shape() {
    return shape;
  }

  Class<? extends TType> type() {
    return type;
  }

  InSession inSession() {
    return inSession;
  }
}
