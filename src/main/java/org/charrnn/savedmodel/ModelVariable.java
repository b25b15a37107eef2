package org.charrnn.savedmodel;

import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;

/** A float variable of a model that is being built; functions read it. */
public final class ModelVariable {
  private final int node; // among the model's objects
  private final ResourceVariable resource; // in the graph that sessions run
  private final VariableValue value;
  private final boolean trainable;

  ModelVariable(int node, ResourceVariable resource, VariableValue value, boolean trainable) {
    this.node = node;
    this.resource = resource;
    this.value = value;
    this.trainable = trainable;
  }

  int node() {
    return node;
  }

  ResourceVariable resource() {
    return resource;
  }

  VariableValue value() {
    return value;
  }

  boolean trainable() {
    return trainable;
  }
}
