package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.testing.Eval;
import org.charrnn.testing.Numbers;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A training graph whose weights, ids and state are fed. */
final class FedGraph implements AutoCloseable {
  private static final long SEED = 1;

  final Eval eval = new Eval();
  final TrainingGraph training;
  final ForwardGraph nodes; // of the training graph
  final Op trainOp;

  FedGraph(ModelConfig config, BatchShape shape, TrainingOptions options) {
    training = new TrainingGraph(eval.graph(), config, shape, options, SEED);
    nodes = training.forward;
    trainOp = training.trainOp(eval.tf());
  }

  /** The elements of each variable, larger than initial weights so that the gates are busy. */
  List<double[]> randomWeights(SplittableRandom random) {
    return nodes.trainable.stream()
        .map(variable -> Numbers.vector(random, (int) variable.shape().size()))
        .toList();
  }

  /** Lets the graph read these weights instead of its variables'. */
  void feedWeights(List<double[]> weights) {
    for (int i = 0; i < weights.size(); i++) {
      ResourceVariable variable = nodes.trainable.get(i);
      eval.feed(variable.value(), variable.shape(), weights.get(i));
    }
  }

  void feedIds(Operand<TInt32> place, int[][] ids) {
    eval.feed(place, TInt32.tensorOf(StdArrays.ndCopyOf(ids)));
  }

  void feedState(List<double[]> state) {
    for (int i = 0; i < state.size(); i++) {
      Operand<TFloat32> place = nodes.initialState.get(i);
      eval.feed(place, place.shape(), state.get(i));
    }
  }

  /** The logits, then the state after them. */
  List<double[]> outputsAndState() {
    List<Operand<?>> fetches = new ArrayList<>(List.of(nodes.outputs));
    fetches.addAll(nodes.finalState);
    return eval.values(fetches);
  }

  /** The gradient of the loss by each variable, not clipped. */
  List<double[]> gradients() {
    return eval.values(nodes.gradients());
  }

  @Override
  public void close() {
    eval.close();
  }
}
