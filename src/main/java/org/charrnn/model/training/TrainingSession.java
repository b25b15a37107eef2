package org.charrnn.model.training;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.GraphSession;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Network;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.Tensors;
import org.charrnn.model.TokenIdChecks;
import org.charrnn.model.loss.BatchInputs;
import org.charrnn.model.loss.GradientGraph;
import org.charrnn.model.loss.GraphEvaluator;
import org.charrnn.model.loss.WindowEvaluator;
import org.charrnn.model.measure.OperationTime;
import org.charrnn.settings.BatchShape;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.RunOptions.TraceLevel;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Trains a network on this machine: a {@link GradientGraph} and an {@link UpdateGraph} joined in
 * one graph, so that a step is a single run of it.
 *
 * <p>It owns native memory: close it, and each batch before it. Not for concurrent use by several
 * threads, except that each batch may be filled by another thread.
 */
public final class TrainingSession implements AutoCloseable {
  private final ModelConfig config;
  private final BatchShape shape;
  private final GraphSession<Nodes> session;
  private final GradientGraph gradient;
  private final UpdateGraph update;
  private final TrainingState state;
  private final TFloat32 learningRate = TFloat32.scalarOf(0);
  private final TFloat32 training = TFloat32.scalarOf(1);
  private final TInt64 stepNumber = TInt64.scalarOf(0);
  private final TInt64 firstRow = TInt64.scalarOf(0);

  /** The operations of the session's graph. */
  record Nodes(GradientGraph gradient, UpdateGraph update) implements GraphSession.Nodes {
    static Nodes create(Ops tf, TrainingSetup setup) {
      TrainingVariables variables =
          TrainingVariables.create(
              tf, setup.gradients().network(), setup.carriedRows(), setup.gradients().seed());
      List<Operand<TFloat32>> initialState =
          setup.carriesState()
              ? Network.values(variables.state())
              : GradientGraph.zeroState(tf, setup.gradients());
      GradientGraph gradient =
          GradientGraph.create(
              tf, setup.gradients(), Network.values(variables.weights()), initialState);
      var results =
          new UpdateGraph.StepResults(
              gradient.meanLoss(), gradient.gradients(), gradient.finalState());
      return new Nodes(gradient, new UpdateGraph(tf, variables, results, setup.maxNorm()));
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
  public static TrainingSession open(
      TrainingSetup setup, TrainingStart start, SessionSettings settings) {
    return new TrainingSession(
        setup,
        GraphSession.open(
            settings,
            tf -> Nodes.create(tf, setup),
            opened -> start.assignTo(opened, opened.nodes().update.variables())));
  }

  private TrainingSession(TrainingSetup setup, GraphSession<Nodes> session) {
    this.session = session;
    config = setup.gradients().network();
    shape = setup.gradients().part().shape();
    gradient = session.nodes().gradient;
    update = session.nodes().update;
    state = new TrainingState(session, update);
    state.resetStatistics();
  }

  /** The network's architecture. */
  public ModelConfig config() {
    return config;
  }

  /** The size of a batch. */
  public BatchShape shape() {
    return shape;
  }

  /** The weights and all else that steps change. */
  public TrainingState state() {
    return state;
  }

  /** Evaluates text with the current weights; the carried state of the training is not used. */
  public WindowEvaluator evaluator() {
    return new GraphEvaluator(config.classes(), gradient, session);
  }

  /** A window of every stream, in native memory that is reused. */
  public final class Batch implements AutoCloseable {
    private final TInt32 x = TInt32.tensorOf(Shape.of(shape.batchSize(), shape.sequenceLength()));
    private final TInt32 y = TInt32.tensorOf(x.shape());
    private final Session.Runner trainer = runner().addTarget(update.step()); // reused by each step

    private Batch() {}

    /**
     * Fills the batch.
     *
     * @param inputs ids, row by row, {@code batchSize * sequenceLength} of them
     * @param targets the id that follows each
     * @throws IllegalArgumentException if there are more or fewer, or one is out of range
     */
    public void fill(int[] inputs, int[] targets) {
      copy(inputs, x);
      copy(targets, y);
    }

    private void copy(int[] ids, TInt32 tensor) {
      if (ids.length != tensor.size()) {
        throw new IllegalArgumentException(
            "a batch has %d ids, got %d".formatted(tensor.size(), ids.length));
      }
      TokenIdChecks.requireInRange(ids, config.classes());
      Tensors.copy(ids, tensor);
    }

    private Session.Runner runner() {
      BatchInputs inputs = gradient.inputs();
      Session.Runner runner =
          session
              .runner()
              .feed(inputs.x(), x)
              .feed(inputs.y(), y)
              .feed(update.learningRate(), learningRate)
              .feed(inputs.training(), training)
              .feed(inputs.step(), stepNumber);
      inputs.firstRow().ifPresent(row -> runner.feed(row, firstRow));
      return runner;
    }

    @Override
    public void close() {
      x.close();
      y.close();
    }
  }

  /** Allocates a batch; the caller closes it. */
  public Batch newBatch() {
    return new Batch();
  }

  /** Sets the index in the batch of a part's first row, which determines the dropped values. */
  public void setFirstRow(int row) {
    firstRow.setLong(row);
  }

  /**
   * Takes a training step.
   *
   * @param rate Adam's learning rate, above 0
   * @param step number of the step; each drops other values
   * @throws NotFiniteException if the loss or the gradient norm is not finite; nothing has changed
   */
  public void train(Batch batch, float rate, long step) throws NotFiniteException {
    run(batch, batch.trainer, rate, step).close();
  }

  /**
   * What a training step computed before it changed the weights.
   *
   * @param meanLossNats mean cross entropy of a token, in nats
   * @param gradientNorm global norm of the gradients, before clipping
   * @param predictions the most likely token after each, {@code [batch][sequence]}; null if they
   *     were not asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // a data carrier
  public record StepOutputs(float meanLossNats, float gradientNorm, int[][] predictions) {}

  /**
   * Takes a training step and returns what it computed. Otherwise it is the same as {@link #train}.
   *
   * @param withPredictions whether predictions are returned
   * @throws NotFiniteException if the loss or the gradient norm is not finite; nothing has changed
   */
  public StepOutputs trainAndReturn(Batch batch, float rate, long step, boolean withPredictions)
      throws NotFiniteException {
    Session.Runner runner =
        batch
            .runner()
            .addTarget(update.step())
            .fetch(gradient.meanLoss())
            .fetch(update.clipping().globalNorm());
    if (withPredictions) {
      runner.fetch(gradient.predictions());
    }
    try (Result result = run(batch, runner, rate, step)) {
      return new StepOutputs(
          Tensors.scalar(result, 0),
          Tensors.scalar(result, 1),
          withPredictions ? ids(result, 2) : null);
    }
  }

  private Result run(Batch batch, Session.Runner runner, float rate, long step)
      throws NotFiniteException {
    learningRate.setFloat(rate);
    stepNumber.setLong(step);
    try {
      return runner.run();
    } catch (TFInvalidArgumentException e) {
      throw notFinite(batch, e);
    }
  }

  /** Computes the loss and the gradient norm of a step that failed and so changed nothing. */
  private NotFiniteException notFinite(Batch batch, TFInvalidArgumentException e) {
    Session.Runner runner =
        batch.runner().fetch(gradient.meanLoss()).fetch(update.clipping().globalNorm());
    try (Result result = runner.run()) {
      return NotFiniteException.of(Tensors.scalar(result, 0), Tensors.scalar(result, 1), e);
    }
  }

  private static int[][] ids(Result result, int index) {
    return StdArrays.array2dCopyOf((TInt32) result.get(index));
  }

  /** Returns the most likely token after each of a batch, {@code [batch][sequence]}. */
  public int[][] predict(Batch batch) {
    try (Result result =
        session.runner().feed(gradient.inputs().x(), batch.x).fetch(gradient.predictions()).run()) {
      return ids(result, 0);
    }
  }

  /** Returns the logits after each token of a batch, {@code [batch][sequence][classes]}. */
  public float[][][] logits(Batch batch) {
    try (Result result =
        session.runner().feed(gradient.inputs().x(), batch.x).fetch(gradient.outputs()).run()) {
      return StdArrays.array3dCopyOf((TFloat32) result.get(0));
    }
  }

  /**
   * Takes training steps under TensorFlow's tracer, which makes them slower.
   *
   * @param steps at least 1
   * @return where the time of a step goes
   */
  public List<OperationTime> profile(Batch batch, int steps) {
    RunOptions traced = RunOptions.newBuilder().setTraceLevel(TraceLevel.SOFTWARE_TRACE).build();
    Session.Runner runner = batch.runner().addTarget(update.step()).setOptions(traced);
    List<RunMetadata> metadata = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      try (Result result = runner.runAndFetchMetadata()) {
        metadata.add(result.getMetadata().orElseThrow());
      }
    }
    return OperationTime.perStep(metadata);
  }

  @Override
  public void close() {
    learningRate.close();
    training.close();
    stepNumber.close();
    firstRow.close();
    session.close();
  }
}
