package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.nn.FusedCell;
import org.charrnn.nn.FusedSoftmax;
import org.charrnn.nn.FusedStack;
import org.charrnn.nn.GradientParts;
import org.charrnn.nn.LayerInput;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.SequenceDropout;
import org.charrnn.nn.SequenceLoss;
import org.charrnn.nn.TimeSteps;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The way of some rows of a batch from ids to their part of the loss, and back. */
final class FusedShard {
  private final Ops tf;
  private final Rows rows;
  private final Network network;
  private final FusedSoftmax softmax;
  private final Operand<TInt32> ids; // [time * rows]
  private final FusedCell.Unrolled unrolled;
  private final Operand<TFloat32> forSoftmax; // [time * rows, hidden]
  private final Operand<TFloat32> logits; // [time * rows, classes]
  private final SequenceLoss.WithGradient loss;

  FusedShard(
      Rows rows,
      Network network,
      List<FusedCell> cells,
      SequenceDropout dropout,
      FusedSoftmax softmax,
      NetworkInputs inputs,
      Operand<TFloat32> shares) {
    this.tf = rows.tf();
    this.rows = rows;
    this.network = network;
    this.softmax = softmax;
    ids = rows.timeMajor(inputs.x());
    FusedStack stack = new FusedStack(cells, dropout.rows(tf, rows.from(), rows.count()));
    List<Operand<TFloat32>> initial = inputs.initialState().stream().map(rows::of).toList();
    unrolled = stack.unroll(tf, input(), new RnnState(initial));
    forSoftmax = unrolled.outputs().all();
    logits = softmax.logits(tf, forSoftmax);
    loss =
        SequenceLoss.withGradient(tf, logits, rows.timeMajor(inputs.y()), rows.timeMajor(shares));
  }

  private LayerInput input() {
    if (network.embedding().isEmpty()) {
      return LayerInput.oneHot(ids, network.classes(), rows.timeSteps());
    }
    var embedded = tf.gather(network.embedding().get(), ids, tf.constant(0));
    return LayerInput.dense(TimeSteps.split(tf, embedded, rows.timeSteps()));
  }

  /** {@code [rows, sequence, classes]}. */
  Operand<TFloat32> logits() {
    return rows.batchMajor(logits);
  }

  /** Scalar: the rows' part of the batch's mean loss. */
  Operand<TFloat32> loss() {
    return loss.loss();
  }

  /** The state after the sequence, each tensor {@code [rows, size]}. */
  List<Operand<TFloat32>> finalState() {
    return unrolled.state().tensors();
  }

  /** The gradient of {@link #loss()} by each weight of the network, in the order of making. */
  List<GradientParts> gradients() {
    var ofOutputs = softmax.inputGradient(tf, loss.ofLogits());
    FusedCell.Gradients ofStack =
        unrolled.gradients(tf, TimeSteps.split(tf, ofOutputs, rows.timeSteps()).steps());
    List<GradientParts> gradients = new ArrayList<>();
    if (network.embedding().isPresent()) {
      var ofEmbedded = TimeSteps.join(tf, ofStack.inputs()).all();
      gradients.add(
          GradientParts.of(
              tf.math.unsortedSegmentSum(ofEmbedded, ids, tf.constant(network.classes()))));
    }
    gradients.addAll(ofStack.parameters());
    gradients.addAll(softmax.gradients(tf, forSoftmax, loss.ofLogits()));
    return gradients;
  }
}
