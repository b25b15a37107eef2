package org.charrnn.model.loss;

import java.util.List;
import org.charrnn.model.ComputeKernel;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The part of a graph from ids to the loss and its gradients, built by a {@link ComputeKernel}. */
interface LossGraph {
  /** The logits, {@code [batch, sequence, classes]}. */
  Operand<TFloat32> outputs();

  /** Mean cross entropy, weighted by position; scalar, in nats. */
  Operand<TFloat32> meanLoss();

  /** The state after the sequence, in the form of the initial state. */
  List<Operand<TFloat32>> finalState();

  /** Adds the gradient of the mean loss with respect to each weight to the graph, in order. */
  List<Operand<TFloat32>> gradients();
}
