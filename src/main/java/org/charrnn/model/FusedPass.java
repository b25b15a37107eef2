package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.nn.FusedCell;
import org.charrnn.nn.FusedSoftmax;
import org.charrnn.nn.GradientParts;
import org.charrnn.nn.SequenceDropout;
import org.charrnn.nn.SequenceLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The network for speed: fused cells, their gradients written out, and the batch split into shards
 * of rows that run side by side, each operation on one thread.
 *
 * <p>Sums over the shards are made in a fixed order, so the numbers do not hang on the threads.
 */
final class FusedPass implements NetworkPass {
  private final Ops tf;
  private final NetworkInputs inputs;
  private final List<FusedShard> shards = new ArrayList<>();

  /**
   * Adds the way to the loss to a graph.
   *
   * @param kernel of no more shards than a batch has rows
   */
  FusedPass(Ops tf, Network network, NetworkInputs inputs, Kernel kernel) {
    this.tf = tf;
    this.inputs = inputs;
    int batch = inputs.shape().batchSize();
    int timeSteps = inputs.shape().sequenceLength();
    List<FusedCell> cells =
        network.layers().stream()
            .map(cell -> cell.fused(tf, kernel.precision().type()).orElseThrow())
            .toList();
    SequenceDropout dropout =
        network
            .dropout()
            .map(
                d ->
                    SequenceDropout.draw(
                        tf, d, network.layers(), network.dropsInput(), batch, timeSteps))
            .orElse(SequenceDropout.none());
    FusedSoftmax softmax = new FusedSoftmax(tf, network.softmax(), kernel.precision().type());
    var shares = SequenceLoss.shares(tf, inputs.weights(), inputs.totalWeight());
    for (int i = 0; i < kernel.shards(); i++) {
      int from = (int) ((long) batch * i / kernel.shards());
      int to = (int) ((long) batch * (i + 1) / kernel.shards());
      Rows rows = new Rows(tf, from, to - from, timeSteps);
      shards.add(new FusedShard(rows, network, cells, dropout, softmax, inputs, shares));
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
