package org.charrnn.model;

import java.util.List;
import org.charrnn.graph.Gradients;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.SequenceLoss;
import org.charrnn.nn.StaticRnn;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Lab 12-4's network op by op, each step under its own name; TensorFlow derives the gradients.
 *
 * @param outputs {@code [batch, sequence, classes]}
 * @param meanLoss scalar
 * @param finalState as the initial one
 * @param tf builds into the graph that holds them
 * @param trainable what the gradients are by
 */
record OpsPass(
    Operand<TFloat32> outputs,
    Operand<TFloat32> meanLoss,
    List<Operand<TFloat32>> finalState,
    Ops tf,
    List<ResourceVariable> trainable)
    implements NetworkPass {

  static OpsPass create(
      Ops tf, Network network, NetworkInputs inputs, List<ResourceVariable> trainable) {
    var input = network.input(tf, inputs.x()); // [batch, sequence, inputSize]
    var rnn =
        StaticRnn.unroll(
            tf,
            network.cells(),
            input,
            inputs.shape().sequenceLength(),
            new RnnState(inputs.initialState()));
    var outputs = network.outputs(tf, inputs.x(), rnn.outputs());
    var sequenceLoss =
        tf.withName("sequence_loss")
            .identity(
                SequenceLoss.create(
                    tf, outputs, inputs.y(), inputs.weights(), inputs.totalWeight()));
    var meanLoss = tf.withName("mean_loss").math.mean(sequenceLoss, tf.constant(new int[0]));
    return new OpsPass(outputs, meanLoss, rnn.state().tensors(), tf, trainable);
  }

  @Override
  public List<Operand<TFloat32>> gradients() {
    return Gradients.of(tf, meanLoss, trainable);
  }
}
