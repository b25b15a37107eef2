package org.charrnn.model.training;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.GraphSession;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.Tensors;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Holds the weights of a training and updates them with gradients that are computed elsewhere, such
 * as by {@link GradientWorker}s. Its graph does not contain the network.
 *
 * <p>It owns native memory: close it. Not for concurrent use by several threads.
 */
public final class UpdateSession implements AutoCloseable {
  private final GraphSession<Nodes> session;
  private final Nodes nodes;
  private final TrainingState state;
  private final TFloat32 learningRate = TFloat32.scalarOf(0);
  private final TFloat32 meanLoss = TFloat32.scalarOf(0);
  private final FeedBuffers gradients;

  private record Nodes(
      Placeholder<TFloat32> meanLoss,
      List<Placeholder<TFloat32>> gradients,
      List<Placeholder<TFloat32>> nextState,
      UpdateGraph update)
      implements GraphSession.Nodes {
    static Nodes create(Ops tf, TrainingSetup setup) {
      TrainingVariables variables =
          TrainingVariables.create(
              tf, setup.gradients().network(), setup.carriedRows(), setup.gradients().seed());
      var meanLoss = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      var gradients = placeholders(tf, variables.weights());
      var nextState = placeholders(tf, variables.state());
      var results = new UpdateGraph.StepResults(meanLoss, gradients, nextState);
      return new Nodes(
          meanLoss, gradients, nextState, new UpdateGraph(tf, variables, results, setup.maxNorm()));
    }

    private static List<Placeholder<TFloat32>> placeholders(
        Ops tf, List<ResourceVariable> variables) {
      List<Placeholder<TFloat32>> placeholders = new ArrayList<>();
      for (ResourceVariable variable : variables) {
        placeholders.add(tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape())));
      }
      return placeholders;
    }

    @Override
    public List<ResourceVariable> variables() {
      return update.variables().all();
    }
  }

  /**
   * Opens a session.
   *
   * @throws IllegalArgumentException if values of the start are missing or unknown
   */
  public static UpdateSession open(
      TrainingSetup setup, TrainingStart start, SessionSettings settings) {
    return new UpdateSession(
        GraphSession.open(
            settings,
            tf -> Nodes.create(tf, setup),
            opened -> start.assignTo(opened, opened.nodes().update.variables())));
  }

  private UpdateSession(GraphSession<Nodes> session) {
    this.session = session;
    nodes = session.nodes();
    state = new TrainingState(session, nodes.update);
    gradients = new FeedBuffers(nodes.gradients);
    state.resetStatistics();
  }

  /** The weights and all else that steps change. */
  public TrainingState state() {
    return state;
  }

  /**
   * Takes a training step.
   *
   * @param step computed by the current weights, from the current state
   * @param rate Adam's learning rate, above 0
   * @throws NotFiniteException if the loss or the gradient norm is not finite; nothing has changed
   */
  public void apply(StepGradients step, float rate) throws NotFiniteException {
    learningRate.setFloat(rate);
    meanLoss.setFloat(step.lossNats());
    gradients.set(step.dWeights());
    List<TFloat32> nextState = nextState(step.state());
    try {
      Session.Runner runner = runner().addTarget(nodes.update.step());
      for (int i = 0; i < nextState.size(); i++) {
        runner.feed(nodes.nextState.get(i), nextState.get(i));
      }
      runner.run().close();
    } catch (TFInvalidArgumentException e) {
      throw notFinite(step, e);
    } finally {
      nextState.forEach(TFloat32::close);
    }
  }

  /** New tensors for each step: the state's variables keep the memory of what they are assigned. */
  private List<TFloat32> nextState(float[][] values) {
    if (values.length != nodes.nextState.size()) {
      throw new IllegalArgumentException(
          "the state has %d tensors, got %d".formatted(nodes.nextState.size(), values.length));
    }
    List<TFloat32> tensors = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      Operand<TFloat32> placeholder = nodes.nextState.get(i);
      tensors.add(Tensors.of(placeholder.shape(), values[i]));
    }
    return tensors;
  }

  private Session.Runner runner() {
    return gradients.feed(
        session
            .runner()
            .feed(nodes.meanLoss, meanLoss)
            .feed(nodes.update.learningRate(), learningRate));
  }

  private NotFiniteException notFinite(StepGradients step, TFInvalidArgumentException e) {
    try (Result result = runner().fetch(nodes.update.clipping().globalNorm()).run()) {
      return NotFiniteException.of(step.lossNats(), Tensors.scalar(result, 0), e);
    }
  }

  @Override
  public void close() {
    learningRate.close();
    meanLoss.close();
    gradients.close();
    session.close();
  }
}
