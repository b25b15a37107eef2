package org.charrnn.model;

import java.util.Arrays;
import java.util.List;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.Adam;
import org.charrnn.nn.GradientClipping;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
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
    forward = new ForwardGraph(tf, config, shape, options.dropout() > 0, seed);
    learningRate =
        tf.withName("learning_rate").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

    var clipping = GradientClipping.byGlobalNorm(tf, gradients(graph), options.clip());
    gradientNorm = clipping.globalNorm();
    var adam = new Adam(tf, forward.trainable);
    slots = adam.slots();
    trainOp = adam.applyGradients(tf, clipping.gradients(), learningRate, "train_op");
  }

  private List<Operand<TFloat32>> gradients(Graph graph) {
    Output<?>[] weights =
        forward.trainable.stream().map(v -> v.value().asOutput()).toArray(Output<?>[]::new);
    return Arrays.stream(graph.addGradients(forward.meanLoss.asOutput(), weights))
        .map(TrainingGraph::asFloat)
        .toList();
  }

  @SuppressWarnings("unchecked") // the gradient of a float is a float
  private static Operand<TFloat32> asFloat(Output<?> gradient) {
    return (Operand<TFloat32>) (Operand<?>) gradient;
  }
}
