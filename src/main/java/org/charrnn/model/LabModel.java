package org.charrnn.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.text.Windows;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The lab's graph, its data set and the session that trains the one on the other.
 *
 * <p>It owns native memory: close it. Not for use from several threads at once.
 */
public final class LabModel implements AutoCloseable {
  private final ModelConfig config;
  private final Graph graph;
  private final TrainingGraph nodes;
  private final Session session;
  private final TInt32 x;
  private final TInt32 y;

  /**
   * What a training step saw before it changed the weights.
   *
   * @param meanLossNats mean cross entropy of a character, in nats
   * @param predictions the likeliest character at each place, {@code [windows][sequenceLength]}
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data
  public record Step(float meanLossNats, int[][] predictions) {}

  /**
   * Builds the graph and gives the weights their first values.
   *
   * @param windows the data set; every step trains on all of it
   * @param learningRate Adam's
   * @param seed decides the first weights
   */
  public LabModel(ModelConfig config, Windows windows, float learningRate, long seed) {
    this.config = config;
    graph = new Graph();
    try {
      nodes =
          new TrainingGraph(
              graph, config, windows.count(), windows.sequenceLength(), learningRate, seed);
      session = new Session(graph, sessionConfig());
      session.initialize();
    } catch (RuntimeException e) {
      graph.close(); // closes its sessions, too
      throw e;
    }
    x = TInt32.tensorOf(StdArrays.ndCopyOf(windows.inputs()));
    y = TInt32.tensorOf(StdArrays.ndCopyOf(windows.targets()));
  }

  /**
   * One thread for each operation, as many operations at once as there are cores: products this
   * small gain nothing from several threads. The graph is run as it is written: rewriting it makes
   * the lab's steps no faster, but the first of a hundred layers comes 40 s later.
   */
  private static ConfigProto sessionConfig() {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(Runtime.getRuntime().availableProcessors())
        .setGraphOptions(
            GraphOptions.newBuilder()
                .setRewriteOptions(RewriterConfig.newBuilder().setDisableMetaOptimizer(true)))
        .build();
  }

  /** The numbers the model was built with. */
  public ModelConfig config() {
    return config;
  }

  /** Names and shapes of the weights, in a fixed order. */
  public Map<String, Shape> weightShapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    nodes.trainable.forEach(variable -> shapes.put(variable.name(), variable.shape()));
    return shapes;
  }

  /** Replaces weights, such as by those of a checkpoint. */
  public void setWeights(List<VariableValue> values) {
    for (VariableValue value : values) {
      TrainingGraph.Setter setter = nodes.setter(value.name());
      try (TFloat32 tensor =
          TFloat32.tensorOf(value.shape(), DataBuffers.of(value.values(), true, false))) {
        session.runner().feed(setter.value(), tensor).addTarget(setter.assign()).run().close();
      }
    }
  }

  /** The weights as they are now. */
  public List<VariableValue> weights() {
    return fetch(nodes.trainable);
  }

  /** The weights and the optimizer's own variables, all that a checkpoint holds. */
  public List<VariableValue> weightsAndSlots() {
    return fetch(Stream.concat(nodes.trainable.stream(), nodes.slots.stream()).toList());
  }

  /** Trains one step and returns the loss before it: the mean of a character's, in nats. */
  public float train() {
    try (Result result =
        feedWindows().feed(nodes.y, y).addTarget(nodes.trainOp).fetch(nodes.meanLoss).run()) {
      return scalar(result);
    }
  }

  /** Trains one step and returns the loss and the predictions before it. */
  public Step trainAndPredict() {
    try (Result result =
        feedWindows()
            .feed(nodes.y, y)
            .addTarget(nodes.trainOp)
            .fetch(nodes.meanLoss)
            .fetch(nodes.predictions)
            .run()) {
      return new Step(scalar(result), StdArrays.array2dCopyOf((TInt32) result.get(1)));
    }
  }

  /** The likeliest character at each place of each window, {@code [windows][sequenceLength]}. */
  public int[][] predict() {
    try (Result result = feedWindows().fetch(nodes.predictions).run()) {
      return StdArrays.array2dCopyOf((TInt32) result.get(0));
    }
  }

  /** The scores of each class, {@code [windows][sequenceLength][classes]}. */
  public float[][][] logits() {
    try (Result result = feedWindows().fetch(nodes.outputs).run()) {
      return StdArrays.array3dCopyOf((TFloat32) result.get(0));
    }
  }

  private Session.Runner feedWindows() {
    return session.runner().feed(nodes.x, x);
  }

  private static float scalar(Result result) {
    return ((TFloat32) result.get(0)).getFloat();
  }

  private List<VariableValue> fetch(List<ResourceVariable> variables) {
    Session.Runner runner = session.runner();
    variables.forEach(variable -> runner.fetch(variable.value()));
    try (Result result = runner.run()) {
      List<VariableValue> values = new ArrayList<>();
      for (int i = 0; i < variables.size(); i++) {
        TFloat32 tensor = (TFloat32) result.get(i);
        float[] elements = new float[Math.toIntExact(tensor.size())];
        tensor.copyTo(NdArrays.wrap(tensor.shape(), DataBuffers.of(elements)));
        values.add(new VariableValue(variables.get(i).name(), tensor.shape(), elements));
      }
      return values;
    }
  }

  @Override
  public void close() {
    x.close();
    y.close();
    session.close();
    graph.close();
  }
}
