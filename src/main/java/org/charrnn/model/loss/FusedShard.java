package org.charrnn.model.loss;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.model.Network;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.SequenceLoss;
import org.charrnn.nn.fused.FusedCell;
import org.charrnn.nn.fused.FusedSoftmax;
import org.charrnn.nn.fused.FusedStack;
import org.charrnn.nn.fused.GradientParts;
import org.charrnn.nn.fused.LayerInput;
import org.charrnn.nn.fused.SequenceDropout;
import org.charrnn.nn.fused.TimeSteps;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The forward and backward pass of some rows of a batch. */
final class FusedShard {
  private final Ops tf;
  private final RowSlice rows;
  private final Network network;
  private final FusedSoftmax softmax;
  private final Operand<TInt32> ids; // [time * rows]
  private final FusedCell.Unrolled unrolled;
  private final Operand<TFloat32> softmaxInput; // [time * rows, hidden]
  private final Operand<TFloat32> logits; // [time * rows, classes]
  private final SequenceLoss.WithGradient loss;

  /**
   * @param lossWeights of the positions of the whole batch, {@code [batch, sequence]}
   */
  FusedShard(
      RowSlice rows,
      Network network,
      List<FusedCell> cells,
      SequenceDropout dropout,
      FusedSoftmax softmax,
      BatchInputs inputs,
      Operand<TFloat32> lossWeights) {
    this.tf = rows.tf();
    this.rows = rows;
    this.network = network;
    this.softmax = softmax;
    ids = rows.timeMajor(inputs.x());
    FusedStack stack = new FusedStack(cells, dropout.rows(tf, rows.from(), rows.count()));
    List<Operand<TFloat32>> initial = inputs.initialState().stream().map(rows::of).toList();
    LayerInput input =
        LayerInput.tokens(
            tf, ids, network.embedding(), network.config().classes(), rows.timeSteps());
    unrolled = stack.unroll(tf, input, new RnnState(initial));
    softmaxInput = unrolled.outputs().all();
    logits = softmax.logits(tf, softmaxInput);
    loss =
        SequenceLoss.withGradient(
            tf, logits, rows.timeMajor(inputs.y()), rows.timeMajor(lossWeights));
  }

  /** {@code [rows, sequence, classes]}. */
  Operand<TFloat32> logits() {
    return rows.batchMajor(logits);
  }

  /** Scalar: the rows' share of the batch's mean loss. */
  Operand<TFloat32> loss() {
    return loss.loss();
  }

  /** The state after the sequence, each tensor {@code [rows, size]}. */
  List<Operand<TFloat32>> finalState() {
    return unrolled.state().tensors();
  }

  /** The gradient of {@link #loss()} with respect to each weight of the network, in order. */
  List<GradientParts> gradients() {
    var dOutputs = softmax.dInput(tf, loss.dLogits());
    FusedCell.Gradients ofStack =
        unrolled.gradients(tf, TimeSteps.split(tf, dOutputs, rows.timeSteps()).steps());
    var dSoftmaxW = softmax.dW(tf, softmaxInput, loss.dLogits());
    boolean isTied = network.softmax().isTied();
    List<GradientParts> gradients = new ArrayList<>();
    if (network.embedding().isPresent()) {
      var dEmbedded = TimeSteps.join(tf, ofStack.dInputs()).all();
      gradients.add(
          GradientParts.of(isTied ? addByToken(dEmbedded, dSoftmaxW) : sumByToken(dEmbedded)));
    }
    gradients.addAll(ofStack.dParameters());
    if (!isTied) {
      gradients.add(GradientParts.of(dSoftmaxW));
    }
    gradients.add(GradientParts.of(softmax.dB(tf, loss.dLogits())));
    return gradients;
  }

  /** Returns the gradient of embeddings that are only looked up, {@code [classes, size]}. */
  private Operand<TFloat32> sumByToken(Operand<TFloat32> dEmbedded) {
    return tf.math.unsortedSegmentSum(dEmbedded, ids, tf.constant(network.config().classes()));
  }

  /** Returns the gradient of embeddings that are the weights of the softmax layer, too. */
  private Operand<TFloat32> addByToken(Operand<TFloat32> dEmbedded, Operand<TFloat32> dSoftmaxW) {
    return tf.tensorScatterNdAdd(dSoftmaxW, tf.expandDims(ids, tf.constant(1)), dEmbedded);
  }
}
