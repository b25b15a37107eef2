package org.charrnn.model;

import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.VariableValue;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A trained network that reads text and tells how well it knew what came next.
 *
 * <p>It owns native memory: close it. Not for use from several threads at once.
 */
public final class EvaluationModel implements AutoCloseable {
  private final BatchShape shape;
  private final ForwardGraph nodes;
  private final NetworkSession session;

  /** Builds the graph; the weights are to be set. */
  public EvaluationModel(ModelConfig config, BatchShape shape) {
    this.shape = shape;
    Graph graph = new Graph();
    try {
      nodes =
          new ForwardGraph(Ops.create(graph), config, shape, TrainingOptions.lab(Kernel.OPS), 0);
      session = new NetworkSession(graph, nodes.trainable);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** Names and shapes of the weights. */
  public Map<String, Shape> weightShapes() {
    return NetworkSession.shapes(nodes.trainable);
  }

  /** Sets the weights. */
  public void setWeights(List<VariableValue> weights) {
    session.assign(weights);
  }

  /** The state before a text: zeros. */
  public CarriedState zeroState() {
    return CarriedState.zeros(nodes.initialState.stream().map(Operand::shape));
  }

  /**
   * What was read of a text. Whoever got it closes it, with the state in it.
   *
   * @param meanLossNats mean cross entropy of a token that counts, in nats
   * @param state after the window
   */
  public record Window(float meanLossNats, CarriedState state) implements AutoCloseable {
    @Override
    public void close() {
      state.close();
    }
  }

  /**
   * Reads one window of every row.
   *
   * @param x ids, row after row, {@code batchSize * sequenceLength} of them
   * @param y the id that follows each
   * @param weights 1 for each that counts, else 0
   * @param state after the window before
   */
  public Window read(int[] x, int[] y, float[] weights, CarriedState state) {
    Shape size = Shape.of(shape.batchSize(), shape.sequenceLength());
    try (TInt32 xTensor = TInt32.tensorOf(size, DataBuffers.of(x, true, false));
        TInt32 yTensor = TInt32.tensorOf(size, DataBuffers.of(y, true, false));
        TFloat32 weightsTensor = TFloat32.tensorOf(size, DataBuffers.of(weights, true, false))) {
      Session.Runner runner =
          session
              .runner()
              .feed(nodes.x, xTensor)
              .feed(nodes.y, yTensor)
              .feed(nodes.weights, weightsTensor)
              .fetch(nodes.meanLoss);
      nodes.finalState.forEach(runner::fetch);
      Result result = state.feed(runner, nodes.initialState).run();
      float loss = ((TFloat32) result.get(0)).getFloat();
      return new Window(loss, CarriedState.last(result, nodes.finalState.size()));
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
