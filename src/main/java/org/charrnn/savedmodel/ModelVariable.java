package org.charrnn.savedmodel;

import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TType;

/** A variable of a model under construction, which functions can read. */
public final class ModelVariable {
  private final String name;
  private final int node; // index in the object graph
  private final boolean trainable;
  private final Shape shape;
  private final Class<? extends TType> type;
  private final SessionNodes sessionNodes;

  /**
   * The operations of the variable in the session graph.
   *
   * @param handle resource handle of the variable
   * @param initialValue tensor that the initializer assigns
   * @param initializer operation that assigns the initial value
   * @param value tensor that reads the variable
   */
  record SessionNodes(
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
      SessionNodes sessionNodes) {
    this.name = name;
    this.node = node;
    this.trainable = trainable;
    this.shape = shape;
    this.type = type;
    this.sessionNodes = sessionNodes;
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

  SessionNodes sessionNodes() {
    return sessionNodes;
  }
}
