package org.charrnn.model;

import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.VariableValue;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;

/**
 * A trained network that only reads.
 *
 * <p>It owns native memory: close it. Not for use from several threads at once.
 */
public final class EvaluationModel implements ReadingModel, AutoCloseable {
  private final ForwardSession forward;

  /** Builds the graph, to run on all cores; the weights are to be set. */
  public EvaluationModel(ModelConfig config, BatchShape shape) {
    this(config, shape, SessionSettings.ofMachine());
  }

  /** Builds the graph; the weights are to be set. */
  public EvaluationModel(ModelConfig config, BatchShape shape, SessionSettings settings) {
    Graph graph = new Graph();
    try {
      Kernel kernel = Kernel.fused(Kernel.shards(shape, settings.threads()));
      var nodes =
          new ForwardGraph(Ops.create(graph), config, shape, TrainingOptions.lab(kernel), 0);
      var session = new NetworkSession(graph, nodes.trainable, settings);
      forward = new ForwardSession(shape, nodes, session);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** Names and shapes of the weights. */
  public Map<String, Shape> weightShapes() {
    return NetworkSession.shapes(forward.nodes().trainable);
  }

  /** Sets the weights. */
  public void setWeights(List<VariableValue> weights) {
    forward.session().assign(weights);
  }

  @Override
  public BatchShape shape() {
    return forward.shape();
  }

  @Override
  public CarriedState zeroState() {
    return forward.zeroState();
  }

  @Override
  public Window read(int[] x, int[] y, float[] weights, CarriedState state) {
    return forward.read(x, y, weights, state);
  }

  @Override
  public void close() {
    forward.session().close();
  }
}
