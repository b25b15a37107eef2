package org.charrnn.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientGraph;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.settings.BatchShape;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A {@link GradientGraph} whose weights, ids and state are fed. */
public final class FedGraph implements AutoCloseable {
  private final Eval eval = new Eval();
  private final List<Operand<TFloat32>> weights = new ArrayList<>();
  private final GradientGraph nodes;

  public FedGraph(GradientSetup setup) {
    Ops tf = eval.tf();
    for (Shape shape : setup.network().weightShapes().values()) {
      weights.add(tf.placeholder(TFloat32.class, Placeholder.shape(shape)));
    }
    nodes = GradientGraph.create(tf, setup, weights, GradientGraph.zeroState(tf, setup));
  }

  /** Returns the graph of a whole batch, by the lab's kernel and without dropout. */
  public static FedGraph ops(ModelConfig config, BatchShape shape) {
    return new FedGraph(
        GradientSetup.withoutNoise(config, BatchPart.whole(shape), ComputeKernel.OPS));
  }

  /** Returns the graph with its session. */
  public Eval eval() {
    return eval;
  }

  /** Returns the operands of the graph. */
  public GradientGraph nodes() {
    return nodes;
  }

  /**
   * Returns the elements of each weight, uniform between -1 and 1: larger than initial weights, so
   * that gates vary between open and closed.
   */
  public List<double[]> randomWeights(SplittableRandom random) {
    return weights.stream()
        .map(weight -> Numbers.vector(random, (int) weight.shape().size()))
        .toList();
  }

  /** Feeds the elements of each weight. */
  public void feedWeights(List<double[]> values) {
    for (int i = 0; i < values.size(); i++) {
      eval.feed(weights.get(i), weights.get(i).shape(), values.get(i));
    }
  }

  /** Feeds the ids of a batch, {@code [batch][sequence]}. */
  public void feedX(int[][] ids) {
    eval.feed(nodes.inputs().x(), TInt32.tensorOf(StdArrays.ndCopyOf(ids)));
  }

  /** Feeds the ids that follow those of the batch, {@code [batch][sequence]}. */
  public void feedY(int[][] ids) {
    eval.feed(nodes.inputs().y(), TInt32.tensorOf(StdArrays.ndCopyOf(ids)));
  }

  /** Feeds the elements of each tensor of the initial state. */
  public void feedState(List<double[]> state) {
    for (int i = 0; i < state.size(); i++) {
      Operand<TFloat32> tensor = nodes.inputs().initialState().get(i);
      eval.feed(tensor, tensor.shape(), state.get(i));
    }
  }

  /** Returns the logits, then each tensor of the final state. */
  public List<double[]> outputsAndState() {
    List<Operand<?>> fetches = new ArrayList<>(List.of(nodes.outputs()));
    fetches.addAll(nodes.finalState());
    return eval.values(fetches);
  }

  /** Returns the gradient of the loss with respect to each weight. */
  public List<double[]> gradients() {
    return eval.values(nodes.gradients());
  }

  @Override
  public void close() {
    eval.close();
  }
}
