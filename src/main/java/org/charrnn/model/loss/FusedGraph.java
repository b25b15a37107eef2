package org.charrnn.model.loss;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.Network;
import org.charrnn.nn.SequenceLoss;
import org.charrnn.nn.fused.FusedCell;
import org.charrnn.nn.fused.FusedCells;
import org.charrnn.nn.fused.FusedSoftmax;
import org.charrnn.nn.fused.GradientParts;
import org.charrnn.nn.fused.SequenceDropout;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The network for speed: fused cells with explicit gradients, and the batch split into shards of
 * rows that are computed in parallel, each operation on one thread.
 *
 * <p>The shards are added up in a fixed order, so the results do not depend on the threads.
 */
final class FusedGraph implements LossGraph {
  private final Ops tf;
  private final BatchInputs inputs;
  private final List<FusedShard> shards = new ArrayList<>();

  /**
   * Adds the forward pass to a graph.
   *
   * @param kernel with at most as many shards as the batch has rows
   */
  FusedGraph(Ops tf, Network network, BatchInputs inputs, ComputeKernel kernel) {
    this.tf = tf;
    this.inputs = inputs;
    int batch = inputs.shape().batchSize();
    int timeSteps = inputs.shape().sequenceLength();
    var matMulType = kernel.precision().matMulType();
    List<FusedCell> cells =
        network.layers().stream().map(cell -> FusedCells.of(tf, cell, matMulType)).toList();
    SequenceDropout dropout =
        network
            .dropout()
            .map(d -> SequenceDropout.draw(tf, d, network.layers(), network.dropsInput(), batch))
            .orElse(SequenceDropout.none(cells.size()));
    FusedSoftmax softmax = new FusedSoftmax(tf, network.softmax(), matMulType);
    var lossWeights = SequenceLoss.normalizedWeights(tf, inputs.weights(), inputs.totalWeight());
    for (int i = 0; i < kernel.shards(); i++) {
      int from = (int) ((long) batch * i / kernel.shards());
      int to = (int) ((long) batch * (i + 1) / kernel.shards());
      RowSlice rows = new RowSlice(tf, from, to - from, timeSteps);
      shards.add(new FusedShard(rows, network, cells, dropout, softmax, inputs, lossWeights));
    }
  }

  @Override
  public Operand<TFloat32> outputs() {
    List<Operand<TFloat32>> parts = shards.stream().map(FusedShard::logits).toList();
    return tf.withName("outputs").identity(joinRows(parts));
  }

  @Override
  public Operand<TFloat32> meanLoss() {
    return tf.withName("mean_loss").math.addN(shards.stream().map(FusedShard::loss).toList());
  }

  @Override
  public List<Operand<TFloat32>> finalState() {
    List<Operand<TFloat32>> state = new ArrayList<>();
    for (int i = 0; i < inputs.initialState().size(); i++) {
      int tensor = i;
      List<Operand<TFloat32>> parts = shards.stream().map(s -> s.finalState().get(tensor)).toList();
      state.add(joinRows(parts));
    }
    return state;
  }

  private Operand<TFloat32> joinRows(List<Operand<TFloat32>> parts) {
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(0));
  }

  @Override
  public List<Operand<TFloat32>> gradients() {
    List<List<GradientParts>> parts = shards.stream().map(FusedShard::gradients).toList();
    List<Operand<TFloat32>> sums = new ArrayList<>();
    for (int i = 0; i < parts.get(0).size(); i++) {
      int weight = i;
      sums.add(GradientParts.sum(tf, parts.stream().map(part -> part.get(weight)).toList()));
    }
    return sums;
  }
}
