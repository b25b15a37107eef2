package org.charrnn.model.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.GraphSession;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.Tensors;
import org.charrnn.model.TokenIdChecks;
import org.charrnn.model.loss.BatchInputs;
import org.charrnn.model.loss.GradientGraph;
import org.charrnn.model.loss.GradientSetup;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Computes the gradients of some rows of a batch for a training whose weights and state are held
 * elsewhere. The results depend only on the arguments of each call; nothing is kept.
 *
 * <p>It owns native memory: close it. Not for concurrent use by several threads.
 */
public final class GradientWorker implements AutoCloseable {
  private final int classes;
  private final GraphSession<Nodes> session;
  private final GradientGraph graph;
  private final FeedBuffers weights;
  private final FeedBuffers state;
  private final TInt32 x;
  private final TInt32 y;
  private final TFloat32 positionWeights;
  private final TFloat32 totalWeight = TFloat32.scalarOf(0);
  private final TFloat32 training = TFloat32.scalarOf(1);
  private final TInt64 step = TInt64.scalarOf(0);
  private final TInt64 firstRow = TInt64.scalarOf(0);

  private record Nodes(List<Placeholder<TFloat32>> weights, GradientGraph graph)
      implements GraphSession.Nodes {
    static Nodes create(Ops tf, GradientSetup setup) {
      List<Placeholder<TFloat32>> weights = new ArrayList<>();
      for (Shape shape : setup.network().weightShapes().values()) {
        weights.add(tf.placeholder(TFloat32.class, Placeholder.shape(shape)));
      }
      List<Operand<TFloat32>> values = List.copyOf(weights);
      return new Nodes(
          weights, GradientGraph.create(tf, setup, values, GradientGraph.zeroState(tf, setup)));
    }

    @Override
    public List<ResourceVariable> variables() {
      return List.of();
    }
  }

  /**
   * Some rows of a batch.
   *
   * @param x ids, row by row, {@code rows * sequenceLength} of them
   * @param y the id that follows each
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
  public record Window(int[] x, int[] y) implements Serializable {}

  /** Opens a worker. */
  public static GradientWorker open(GradientSetup setup, SessionSettings settings) {
    return new GradientWorker(
        setup, GraphSession.open(settings, tf -> Nodes.create(tf, setup), opened -> {}));
  }

  private GradientWorker(GradientSetup setup, GraphSession<Nodes> session) {
    this.session = session;
    classes = setup.network().classes();
    graph = session.nodes().graph;
    weights = new FeedBuffers(session.nodes().weights);
    state = new FeedBuffers(graph.inputs().initialState());
    x = TInt32.tensorOf(graph.inputs().x().shape());
    y = TInt32.tensorOf(x.shape());
    positionWeights = TFloat32.tensorOf(x.shape());
  }

  /**
   * Computes the gradients of a training step.
   *
   * @param weightValues all weights, in order
   * @param window the ids
   * @param initialState after the previous window, each tensor {@code [rows, size]}
   * @param stepNumber determines the dropped values
   * @param rowIndex of the first row in the batch, which also determines the dropped values
   * @throws IllegalArgumentException if an array has the wrong size, or an id is out of range
   */
  public StepGradients gradients(
      float[][] weightValues,
      Window window,
      float[][] initialState,
      long stepNumber,
      int rowIndex) {
    weights.set(weightValues);
    state.set(initialState);
    step.setLong(stepNumber);
    firstRow.setLong(rowIndex);
    BatchInputs inputs = graph.inputs();
    Session.Runner runner =
        runner(window)
            .feed(inputs.training(), training)
            .feed(inputs.step(), step)
            .fetch(graph.meanLoss());
    inputs.firstRow().ifPresent(row -> runner.feed(row, firstRow));
    graph.gradients().forEach(runner::fetch);
    graph.finalState().forEach(runner::fetch);
    try (Result result = runner.run()) {
      int stateIndex = 1 + graph.gradients().size();
      return new StepGradients(
          Tensors.scalar(result, 0),
          Tensors.values(result, 1, stateIndex),
          Tensors.values(result, stateIndex, result.size()));
    }
  }

  /**
   * A window to evaluate.
   *
   * @param positionWeights 1 for each position that counts, else 0
   * @param totalWeight of the whole batch
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
  public record EvaluationWindow(Window window, float[] positionWeights, float totalWeight)
      implements Serializable {}

  /**
   * The losses of some windows.
   *
   * @param lossNats for each window, the rows' share of the batch's mean loss, in nats
   * @param state after the last window, each tensor {@code [rows, size]}
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier; never compared by equals
  public record Losses(float[] lossNats, float[][] state) {}

  /**
   * Evaluates windows one after another, without training and without dropout.
   *
   * @param weightValues all weights, in order
   * @param windows in order
   * @param initialState before the first window, each tensor {@code [rows, size]}
   * @throws IllegalArgumentException if an array has the wrong size, or an id is out of range
   */
  public Losses losses(
      float[][] weightValues, List<EvaluationWindow> windows, float[][] initialState) {
    weights.set(weightValues);
    float[] losses = new float[windows.size()];
    float[][] carried = initialState;
    for (int i = 0; i < losses.length; i++) {
      EvaluationWindow window = windows.get(i);
      state.set(carried);
      Tensors.copy(window.positionWeights(), positionWeights);
      totalWeight.setFloat(window.totalWeight());
      Session.Runner runner =
          runner(window.window())
              .feed(graph.inputs().weights(), positionWeights)
              .feed(graph.inputs().totalWeight(), totalWeight)
              .fetch(graph.meanLoss());
      graph.finalState().forEach(runner::fetch);
      try (Result result = runner.run()) {
        losses[i] = Tensors.scalar(result, 0);
        carried = Tensors.values(result, 1, result.size());
      }
    }
    return new Losses(losses, carried);
  }

  private Session.Runner runner(Window window) {
    TokenIdChecks.requireInRange(window.x(), classes);
    TokenIdChecks.requireInRange(window.y(), classes);
    Tensors.copy(window.x(), x);
    Tensors.copy(window.y(), y);
    Session.Runner runner =
        session.runner().feed(graph.inputs().x(), x).feed(graph.inputs().y(), y);
    return state.feed(weights.feed(runner));
  }

  @Override
  public void close() {
    x.close();
    y.close();
    positionWeights.close();
    totalWeight.close();
    weights.close();
    state.close();
    training.close();
    step.close();
    firstRow.close();
    session.close();
  }
}
