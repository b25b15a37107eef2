package org.charrnn.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.nn.DynamicRnn;
import org.charrnn.nn.Variables;
import org.charrnn.savedmodel.SavedModelWriter;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TInt32;

/**
 * The network as it is exported: a graph of its own without optimizer and without a fixed size, fed
 * {@code X} {@code [batch, time]} and giving {@code outputs}, the logits {@code [batch, time,
 * classes]}.
 */
public final class InferenceModel {
  /** The signature that TensorFlow's tools take by default. */
  public static final String SIGNATURE = "serving_default";

  private InferenceModel() {}

  /**
   * Writes a trained network as a SavedModel.
   *
   * @param directory is there and empty
   * @param weights the values of all weights, as {@link LabModel#weights()} gives them
   * @param assets files that travel with the model, by name
   * @throws IOException if a file cannot be written
   */
  public static void export(
      Path directory, ModelConfig config, List<VariableValue> weights, Map<String, byte[]> assets)
      throws IOException {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var x = tf.withName("X").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1)));

      var variables = new Variables(tf, 0); // the weights come from the checkpoint
      var network = Network.create(variables, config, Optional.empty());
      var input = network.input(tf, x); // [batch, time, inputSize]
      var batch = tf.gather(tf.shape(x), tf.constant(0), tf.constant(0));
      var initialState = network.cells().zeroState(tf, batch);
      var rnn = DynamicRnn.run(tf, "rnn_loop", network.cells(), input, initialState);
      var outputs = network.outputs(tf, x, rnn.outputs());

      var writer = new SavedModelWriter(graph, variables.trainable());
      writer.signature(SIGNATURE, Map.of("X", x), Map.of("outputs", outputs));
      assets.forEach(writer::asset);
      writer.write(directory, weights);
    }
  }
}
