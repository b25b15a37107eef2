package org.charrnn.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A network's way from ids to the loss, and the loss's gradients: what a {@link Kernel} makes. */
interface NetworkPass {

  /** The logits, {@code [batch, sequence, classes]}. */
  Operand<TFloat32> outputs();

  /** Mean cross entropy of what counts, scalar, in nats. */
  Operand<TFloat32> meanLoss();

  /** The state after the sequence, as the initial one. */
  List<Operand<TFloat32>> finalState();

  /** Adds the gradient of the mean loss by each weight to the graph, in the order of making. */
  List<Operand<TFloat32>> gradients();
}
