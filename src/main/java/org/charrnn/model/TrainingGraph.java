package org.charrnn.model;

import java.util.List;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.Adam;
import org.charrnn.nn.GradientClipping;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** A {@link ForwardGraph} and what makes it learn: gradients, clipping, Adam. */
final class TrainingGraph {
  final ForwardGraph forward;
  final Placeholder<TFloat32> learningRate; // scalar
  final Operand<TFloat32> gradientNorm; // scalar, before clipping
  final Op trainOp;

  /** The optimizer's own variables. */
  final List<ResourceVariable> slots;

  /**
   * Builds the graph.
   *
   * @param graph empty, owned by the caller
   * @param shape of a batch
   * @param options of the training
   * @param seed decides the initial weights and what is dropped
   */
  TrainingGraph(
      Graph graph, ModelConfig config, BatchShape shape, TrainingOptions options, long seed) {
    Ops tf = Ops.create(graph);
    forward = new ForwardGraph(tf, config, shape, options, seed);
    learningRate =
        tf.withName("learning_rate").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

    var clipping = GradientClipping.byGlobalNorm(tf, forward.gradients(), options.clip());
    gradientNorm = clipping.globalNorm();
    var adam = new Adam(tf, forward.trainable);
    slots = adam.slots();
    trainOp = adam.applyGradients(tf, clipping.gradients(), learningRate, "train_op");
  }
}
