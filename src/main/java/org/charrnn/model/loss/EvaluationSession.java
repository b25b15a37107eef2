package org.charrnn.model.loss;

import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.CarriedState;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.GraphSession;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Network;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.BatchShape;
import org.tensorflow.op.Ops;

/**
 * A trained network that evaluates text.
 *
 * <p>It owns native memory: close it. Not for concurrent use by several threads.
 */
public final class EvaluationSession implements WindowEvaluator, AutoCloseable {
  private final GraphSession<Nodes> session;
  private final GraphEvaluator evaluator;

  private record Nodes(List<ResourceVariable> variables, GradientGraph graph)
      implements GraphSession.Nodes {
    static Nodes create(Ops tf, GradientSetup setup) {
      List<ResourceVariable> weights = Network.declareWeights(tf, setup.network());
      return new Nodes(weights, GradientGraph.lossOnly(tf, setup, Network.values(weights)));
    }
  }

  private EvaluationSession(ModelConfig config, GraphSession<Nodes> session) {
    this.session = session;
    evaluator = new GraphEvaluator(config.classes(), session.nodes().graph(), session);
  }

  /**
   * Opens a network.
   *
   * @param weights all weights of the network, in any order
   * @throws IllegalArgumentException if weights are missing or unknown
   */
  public static EvaluationSession open(
      ModelConfig config, BatchShape shape, List<VariableValue> weights, SessionSettings settings) {
    int shards = ComputeKernel.defaultShards(shape, settings.threads());
    GradientSetup setup =
        GradientSetup.withoutNoise(config, BatchPart.whole(shape), ComputeKernel.fused(shards));
    return new EvaluationSession(
        config, GraphSession.open(settings, tf -> Nodes.create(tf, setup), weights));
  }

  @Override
  public BatchShape shape() {
    return evaluator.shape();
  }

  @Override
  public CarriedState zeroState() {
    return evaluator.zeroState();
  }

  @Override
  public WindowLoss evaluate(int[] x, int[] y, float[] weights, CarriedState state) {
    return evaluator.evaluate(x, y, weights, state);
  }

  @Override
  public void close() {
    session.close();
  }
}
