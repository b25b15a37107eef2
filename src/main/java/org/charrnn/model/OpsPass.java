package org.charrnn.model;

import java.util.Arrays;
import java.util.List;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.SequenceLoss;
import org.charrnn.nn.StaticRnn;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Lab 12-4's network op by op, each step under its own name; TensorFlow derives the gradients.
 *
 * @param outputs {@code [batch, sequence, classes]}
 * @param meanLoss scalar
 * @param finalState as the initial one
 * @param graph that holds them
 * @param trainable what the gradients are by
 */
record OpsPass(
    Operand<TFloat32> outputs,
    Operand<TFloat32> meanLoss,
    List<Operand<TFloat32>> finalState,
    Graph graph,
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
            .identity(SequenceLoss.create(tf, outputs, inputs.y(), inputs.weights()));
    var meanLoss = tf.withName("mean_loss").math.mean(sequenceLoss, tf.constant(new int[0]));
    return new OpsPass(
        outputs, meanLoss, rnn.state().tensors(), (Graph) tf.scope().env(), trainable);
  }

  @Override
  public List<Operand<TFloat32>> gradients() {
    Output<?>[] weights = trainable.stream().map(v -> v.value().asOutput()).toArray(Output[]::new);
    return Arrays.stream(graph.addGradients(meanLoss.asOutput(), weights))
        .map(OpsPass::asFloat)
        .toList();
  }

  @SuppressWarnings("unchecked") // the gradient of a float is a float
  private static Operand<TFloat32> asFloat(Output<?> gradient) {
    return (Operand<TFloat32>) (Operand<?>) gradient;
  }
}
