package org.charrnn.model.loss;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.Gradients;
import org.charrnn.model.Network;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.SequenceLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The graph of lab 12-4, operation by operation and under the course's names, from {@code X} to
 * {@code mean_loss}. TensorFlow derives the gradients.
 *
 * <p>The lab has one-hot input, a zero initial state and weights of one. The same graph trains
 * other texts with {@code kernel ops}: the network may then embed its input and drop values, and
 * the inputs hold the state that is carried from the previous window.
 */
public final class LabGraph implements LossGraph {
  private final Ops tf;
  private final Network network;
  private final Operand<TFloat32> outputs; // [batch, sequence, classes]
  private final Operand<TFloat32> meanLoss; // scalar
  private final RnnState finalState;

  @SuppressWarnings("MemberName") // the course's names
  LabGraph(Ops tf, Network network, BatchInputs inputs) {
    int batch_size = inputs.shape().batchSize();
    int sequence_length = inputs.shape().sequenceLength();
    int hidden_size = network.config().hiddenSize();
    int num_classes = network.config().classes();

    // The characters of each window, and those that follow them. Each id becomes a vector.
    Operand<TInt32> X = inputs.x(); // [batch_size, sequence_length]
    Operand<TInt32> Y = inputs.y(); // [batch_size, sequence_length]
    Operand<TFloat32> X_one_hot =
        network.input(tf, X); // [batch_size, sequence_length, num_classes]

    // Stacked cells: MultiRNNCell, unrolled over time by a plain loop that passes the state along.
    RnnCell multi_cells = network.cells();
    RnnState state = new RnnState(inputs.initialState()); // zeros
    List<Operand<TFloat32>> steps = new ArrayList<>();
    for (Operand<TFloat32> x : // [batch_size, num_classes]
        tf.unstack(X_one_hot, (long) sequence_length, Unstack.axis(1L)).output()) {
      RnnCell.Step step = multi_cells.step(tf, x, state);
      steps.add(step.output()); // [batch_size, hidden_size]
      state = step.state();
    }
    var rnn_outputs = // [batch_size, sequence_length, hidden_size]
        network.dropOutputs(tf, tf.stack(steps, Stack.axis(1L)));

    // The softmax layer scores every time step with the same weights: time moves into the batch,
    // and after the product back out of it. No activation: the loss expects logits.
    var X_for_softmax = // [batch_size * sequence_length, hidden_size]
        tf.withName("X_for_softmax").reshape(rnn_outputs, tf.constant(new int[] {-1, hidden_size}));
    Operand<TFloat32> softmax_w = network.softmax().matrix(tf); // [hidden_size, num_classes]
    Operand<TFloat32> softmax_b = network.softmax().b(); // [num_classes]
    var logits = tf.nn.biasAdd(tf.linalg.matMul(X_for_softmax, softmax_w), softmax_b);
    outputs =
        tf.withName("outputs")
            .reshape(logits, tf.constant(new int[] {batch_size, sequence_length, num_classes}));

    // The loss of all characters, each with the same weight.
    Operand<TFloat32> ones = inputs.weights(); // [batch_size, sequence_length]
    var sequence_loss =
        tf.withName("sequence_loss")
            .identity(SequenceLoss.create(tf, outputs, Y, ones, inputs.totalWeight()));
    meanLoss = tf.withName("mean_loss").math.mean(sequence_loss, tf.constant(new int[0]));

    this.tf = tf;
    this.network = network;
    finalState = state;
  }

  @Override
  public Operand<TFloat32> outputs() {
    return outputs;
  }

  @Override
  public Operand<TFloat32> meanLoss() {
    return meanLoss;
  }

  @Override
  public List<Operand<TFloat32>> finalState() {
    return finalState.tensors();
  }

  @Override
  public List<Operand<TFloat32>> gradients() {
    return Gradients.withRespectTo(tf, meanLoss, network.parameters());
  }
}
