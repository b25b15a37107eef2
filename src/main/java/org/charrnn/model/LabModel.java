package org.charrnn.model;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.text.Windows;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The lab's graph, its data set and the session that trains the one on the other.
 *
 * <p>It owns native memory: close it. Not for use from several threads at once.
 */
public final class LabModel implements AutoCloseable {
  private final ModelConfig config;
  private final TrainingGraph nodes;
  private final Op trainOp;
  private final NetworkSession session;
  private final TFloat32 learningRate;
  private final TInt32 x;
  private final TInt32 y;
  private final Session.Runner trainer; // used for every step

  /**
   * What a training step saw before it changed the weights.
   *
   * @param meanLossNats mean cross entropy of a character, in nats
   * @param predictions the likeliest character at each place, {@code [windows][sequenceLength]}
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data
  public record Step(float meanLossNats, int[][] predictions) {}

  /** Builds the graph, to run on all cores, and gives the weights their first values. */
  public LabModel(
      ModelConfig config, Windows windows, Kernel kernel, float learningRate, long seed) {
    this(config, windows, kernel, learningRate, seed, SessionSettings.ofMachine());
  }

  /**
   * Builds the graph and gives the weights their first values.
   *
   * @param windows the data set; every step trains on all of it
   * @param kernel how a step is computed
   * @param learningRate Adam's
   * @param seed decides the first weights
   */
  public LabModel(
      ModelConfig config,
      Windows windows,
      Kernel kernel,
      float learningRate,
      long seed,
      SessionSettings settings) {
    this.config = config;
    BatchShape shape = new BatchShape(windows.count(), windows.sequenceLength());
    Graph graph = new Graph();
    try {
      nodes = new TrainingGraph(graph, config, shape, TrainingOptions.lab(kernel), seed);
      trainOp = nodes.trainOp(Ops.create(graph));
      session = new NetworkSession(graph, nodes.forward.trainable, settings);
    } catch (RuntimeException e) {
      graph.close(); // closes its sessions, too
      throw e;
    }
    this.learningRate = TFloat32.scalarOf(learningRate);
    x = TInt32.tensorOf(StdArrays.ndCopyOf(windows.inputs()));
    y = TInt32.tensorOf(StdArrays.ndCopyOf(windows.targets()));
    trainer = trainer();
  }

  /** The numbers the model was built with. */
  public ModelConfig config() {
    return config;
  }

  /** Names and shapes of the weights, in a fixed order. */
  public Map<String, Shape> weightShapes() {
    return NetworkSession.shapes(nodes.forward.trainable);
  }

  /** Replaces weights, such as by those of a checkpoint. */
  public void setWeights(List<VariableValue> values) {
    session.assign(values);
  }

  /** The weights as they are now. */
  public List<VariableValue> weights() {
    return session.values(nodes.forward.trainable);
  }

  /** The weights and the optimizer's own variables, all that a checkpoint holds. */
  public List<VariableValue> weightsAndSlots() {
    return session.values(
        Stream.concat(nodes.forward.trainable.stream(), nodes.slots().stream()).toList());
  }

  /** Trains one step and returns the loss before it: the mean of a character's, in nats. */
  public float train() {
    try (Result result = trainer.run()) {
      return scalar(result);
    }
  }

  /** Trains one step and returns the loss and the predictions before it. */
  public Step trainAndPredict() {
    try (Result result = trainer().fetch(nodes.forward.predictions).run()) {
      return new Step(scalar(result), StdArrays.array2dCopyOf((TInt32) result.get(1)));
    }
  }

  /** The likeliest character at each place of each window, {@code [windows][sequenceLength]}. */
  public int[][] predict() {
    try (Result result = feedWindows().fetch(nodes.forward.predictions).run()) {
      return StdArrays.array2dCopyOf((TInt32) result.get(0));
    }
  }

  /** The scores of each class, {@code [windows][sequenceLength][classes]}. */
  public float[][][] logits() {
    try (Result result = feedWindows().fetch(nodes.forward.outputs).run()) {
      return StdArrays.array3dCopyOf((TFloat32) result.get(0));
    }
  }

  private Session.Runner feedWindows() {
    return session.runner().feed(nodes.forward.x, x);
  }

  private Session.Runner trainer() {
    return feedWindows()
        .feed(nodes.forward.y, y)
        .feed(nodes.learningRate, learningRate)
        .addTarget(trainOp)
        .fetch(nodes.forward.meanLoss);
  }

  private static float scalar(Result result) {
    return ((TFloat32) result.get(0)).getFloat();
  }

  @Override
  public void close() {
    learningRate.close();
    x.close();
    y.close();
    session.close();
  }
}
