package org.charrnn.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.Adam;
import org.charrnn.nn.SequenceLoss;
import org.charrnn.nn.StaticRnn;
import org.charrnn.nn.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Lab 12-4, op by op, each step under its own name. */
final class TrainingGraph {
  final Placeholder<TInt32> x; // [batch, sequence]
  final Placeholder<TInt32> y; // [batch, sequence]
  final Operand<TFloat32> outputs; // [batch, sequence, classes]
  final Operand<TInt32> predictions; // [batch, sequence]
  final Operand<TFloat32> meanLoss; // scalar
  final Op trainOp;

  /** The weights, in the order of making. */
  final List<ResourceVariable> trainable;

  /** The optimizer's own variables. */
  final List<ResourceVariable> slots;

  private final Map<String, Setter> setters = new LinkedHashMap<>();

  /** Feeding {@code value} and running {@code assign} gives a trainable variable a new value. */
  record Setter(Placeholder<TFloat32> value, Op assign) {}

  /**
   * Builds the graph.
   *
   * @param graph empty, owned by the caller
   * @param batch rows of a batch; in the lab, all windows
   * @param sequenceLength time steps unrolled
   * @param seed decides the initial weights
   */
  TrainingGraph(
      Graph graph,
      ModelConfig config,
      int batch,
      int sequenceLength,
      float learningRate,
      long seed) {
    Ops tf = Ops.create(graph);
    Shape batchShape = Shape.of(batch, sequenceLength);
    x = tf.withName("X").placeholder(TInt32.class, Placeholder.shape(batchShape));
    y = tf.withName("Y").placeholder(TInt32.class, Placeholder.shape(batchShape));

    var variables = new Variables(tf, seed);
    var network = Network.create(variables, config);
    trainable = variables.trainable();

    var xOneHot = network.oneHot(tf, x); // [batch, sequence, classes]
    var initialState = network.cells().zeroState(tf, tf.constant(batch));
    var rnn = StaticRnn.unroll(tf, network.cells(), xOneHot, sequenceLength, initialState);
    outputs = network.outputs(tf, x, rnn.outputs());
    predictions = tf.withName("predictions").math.argMax(outputs, tf.constant(2), TInt32.class);

    var weights = tf.fill(tf.constant(new int[] {batch, sequenceLength}), tf.constant(1f));
    var sequenceLoss =
        tf.withName("sequence_loss").identity(SequenceLoss.create(tf, outputs, y, weights));
    meanLoss = tf.withName("mean_loss").math.mean(sequenceLoss, tf.constant(new int[0]));

    var adam = new Adam(tf, trainable);
    slots = adam.slots();
    trainOp = adam.applyGradients(tf, gradients(graph), tf.constant(learningRate), "train_op");

    for (ResourceVariable variable : trainable) {
      var value = tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape()));
      setters.put(variable.name(), new Setter(value, variable.assign(tf, value)));
    }
  }

  private List<Operand<TFloat32>> gradients(Graph graph) {
    Output<?>[] weights =
        trainable.stream().map(v -> v.value().asOutput()).toArray(Output<?>[]::new);
    return Arrays.stream(graph.addGradients(meanLoss.asOutput(), weights))
        .map(TrainingGraph::asFloat)
        .toList();
  }

  @SuppressWarnings("unchecked") // the gradient of a float is a float
  private static Operand<TFloat32> asFloat(Output<?> gradient) {
    return (Operand<TFloat32>) (Operand<?>) gradient;
  }

  Setter setter(String variable) {
    return setters.get(variable);
  }
}
