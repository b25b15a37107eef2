package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A network that learns from streams of text, window after window, carrying its state along
 * (truncated backpropagation through time).
 *
 * <p>It owns native memory: close it. Not for use from several threads at once.
 */
public final class TrainingModel implements AutoCloseable {
  private final ModelConfig config;
  private final BatchShape shape;
  private final TrainingOptions options;
  private final TrainingGraph nodes;
  private final List<ResourceVariable> variables; // weights, then the optimizer's own
  private final NetworkSession session;

  /**
   * What a step gives. Whoever got it closes it, with the state in it.
   *
   * @param meanLossNats mean cross entropy of a token before the step, in nats
   * @param gradientNorm of all gradients together, before clipping; 0 where nothing was learned
   * @param state after the window
   */
  public record Step(float meanLossNats, float gradientNorm, CarriedState state)
      implements AutoCloseable {
    @Override
    public void close() {
      state.close();
    }
  }

  /**
   * Builds the graph and gives the weights their first values.
   *
   * @param seed decides the first weights and what is dropped
   */
  public TrainingModel(ModelConfig config, BatchShape shape, TrainingOptions options, long seed) {
    this.config = config;
    this.shape = shape;
    this.options = options;
    Graph graph = new Graph();
    try {
      nodes = new TrainingGraph(graph, config, shape, options, seed);
      variables = Stream.concat(nodes.forward.trainable.stream(), nodes.slots.stream()).toList();
      session = new NetworkSession(graph, variables);
    } catch (RuntimeException e) {
      graph.close(); // closes its sessions, too
      throw e;
    }
  }

  /** The numbers the model was built with. */
  public ModelConfig config() {
    return config;
  }

  /** The size of the batches it takes. */
  public BatchShape shape() {
    return shape;
  }

  /** The state before a stream's first window: zeros. */
  public CarriedState zeroState() {
    return CarriedState.zeros(nodes.forward.initialState.stream().map(Operand::shape));
  }

  /**
   * Trains on one window of every stream.
   *
   * @param x ids, row after row, {@code batchSize * sequenceLength} of them
   * @param y the id that follows each
   * @param state after the window before
   * @param learningRate Adam's, above 0
   * @param step counts the steps, so that each drops other values
   */
  public Step train(int[] x, int[] y, CarriedState state, float learningRate, long step) {
    try (TFloat32 rate = TFloat32.scalarOf(learningRate);
        TFloat32 keep = TFloat32.scalarOf(1 - options.dropout());
        TInt64 stepTensor = TInt64.scalarOf(step);
        TInt32 xTensor = ids(x);
        TInt32 yTensor = ids(y)) {
      Session.Runner runner =
          feed(xTensor, yTensor, state)
              .feed(nodes.learningRate, rate)
              .feed(nodes.forward.keepProbability, keep)
              .feed(nodes.forward.step, stepTensor)
              .addTarget(nodes.trainOp)
              .fetch(nodes.forward.meanLoss)
              .fetch(nodes.gradientNorm);
      Result result = fetchState(runner).run();
      return new Step(scalar(result, 0), scalar(result, 1), lastState(result));
    }
  }

  /** Reads one window of every stream without learning and without dropout. */
  public Step evaluate(int[] x, int[] y, CarriedState state) {
    try (TInt32 xTensor = ids(x);
        TInt32 yTensor = ids(y)) {
      Session.Runner runner = feed(xTensor, yTensor, state).fetch(nodes.forward.meanLoss);
      Result result = fetchState(runner).run();
      return new Step(scalar(result, 0), 0, lastState(result));
    }
  }

  /** Names and shapes of the weights, in a fixed order. */
  public Map<String, Shape> weightShapes() {
    return NetworkSession.shapes(nodes.forward.trainable);
  }

  /** Names of all that a checkpoint holds: weights, the optimizer's variables, carried state. */
  public List<String> checkpointNames() {
    List<String> names = new ArrayList<>();
    variables.forEach(variable -> names.add(variable.name()));
    names.addAll(CarriedState.names(nodes.forward.initialState.size()));
    return names;
  }

  /** Replaces weights or the optimizer's variables. */
  public void setVariables(List<VariableValue> values) {
    session.assign(values);
  }

  /** The weights as they are now. */
  public List<VariableValue> weights() {
    return session.values(nodes.forward.trainable);
  }

  /** The weights and the optimizer's own variables. */
  public List<VariableValue> weightsAndSlots() {
    return session.values(variables);
  }

  private TInt32 ids(int[] ids) {
    return TInt32.tensorOf(
        Shape.of(shape.batchSize(), shape.sequenceLength()), DataBuffers.of(ids, true, false));
  }

  private Session.Runner feed(TInt32 x, TInt32 y, CarriedState state) {
    Session.Runner runner = session.runner().feed(nodes.forward.x, x).feed(nodes.forward.y, y);
    return state.feed(runner, nodes.forward.initialState);
  }

  private Session.Runner fetchState(Session.Runner runner) {
    nodes.forward.finalState.forEach(runner::fetch);
    return runner;
  }

  private CarriedState lastState(Result result) {
    return CarriedState.last(result, nodes.forward.finalState.size());
  }

  private static float scalar(Result result, int index) {
    return ((TFloat32) result.get(index)).getFloat();
  }

  @Override
  public void close() {
    session.close();
  }
}
