package org.charrnn.model;

import java.util.List;
import java.util.function.UnaryOperator;
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
  final List<Operand<TFloat32>> gradients; // of the mean loss by each weight, before clipping
  final Operand<TFloat32> gradientNorm; // scalar, of all of them together
  final List<Operand<TFloat32>> clipped; // gradients, each of its weight's shape

  private final Adam adam;

  /** A graph whose state is zeros before every batch, as the lab's is. */
  TrainingGraph(
      Graph graph, ModelConfig config, BatchShape shape, TrainingOptions options, long seed) {
    this(graph, config, BatchPart.whole(shape), options, seed, UnaryOperator.identity());
  }

  /**
   * Builds the graph.
   *
   * @param graph empty, owned by the caller
   * @param part the rows of a batch that it learns from
   * @param options of the training
   * @param seed decides the initial weights and what is dropped
   * @param firstState makes of zeros what the initial state is unless it is fed
   */
  TrainingGraph(
      Graph graph,
      ModelConfig config,
      BatchPart part,
      TrainingOptions options,
      long seed,
      UnaryOperator<List<Operand<TFloat32>>> firstState) {
    Ops tf = Ops.create(graph);
    forward = new ForwardGraph(tf, config, part, options, seed, firstState);
    learningRate =
        tf.withName("learning_rate").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

    gradients = forward.gradients();
    var clipping = GradientClipping.byGlobalNorm(tf, gradients, options.clip());
    gradientNorm = clipping.globalNorm();
    clipped = clipping.gradients();
    adam = new Adam(tf, forward.trainable);
  }

  /** Adds a step of Adam, which waits for what {@code tf} makes it wait for. */
  Op trainOp(Ops tf) {
    return adam.applyGradients(tf, clipped, learningRate, "train_op");
  }

  /** The optimizer's own variables. */
  List<ResourceVariable> slots() {
    return adam.slots();
  }
}
