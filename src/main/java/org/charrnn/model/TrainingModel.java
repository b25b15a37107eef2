package org.charrnn.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.RunOptions.TraceLevel;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A network that learns from streams of text, window after window, carrying its state along
 * (truncated backpropagation through time).
 *
 * <p>It owns native memory: close it, and each batch before it. Not for use from several threads at
 * once, but for batches, each of which may be filled by another thread.
 */
public final class TrainingModel implements ReadingModel, AutoCloseable {
  private final ModelConfig config;
  private final BatchShape shape;
  private final StreamGraph nodes;
  private final ForwardGraph forward; // of the graph
  private final NetworkSession session;
  private final TFloat32 learningRate = TFloat32.scalarOf(0);
  private final TFloat32 keepProbability;
  private final TInt64 stepNumber = TInt64.scalarOf(0);
  private final TInt64 firstRow = TInt64.scalarOf(0);
  private GivenStep givenStep; // once there is one

  /**
   * What steps saw, each before it changed the weights.
   *
   * @param lossSumNats sum of the steps' losses, each the mean cross entropy of a token, in nats
   * @param gradientNorm the largest of a step's gradients together, before clipping
   */
  public record Seen(double lossSumNats, float gradientNorm) {}

  /** A step found a number that is none; it changed nothing. */
  public static final class NotFiniteException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final float value;

    NotFiniteException(String what, float value, Throwable cause) {
      super("the %s is %s".formatted(what, value), cause);
      this.what = what;
      this.value = value;
    }

    /** {@code loss} or {@code norm of the gradients}. */
    public String what() {
      return what;
    }

    /** Infinite or NaN. */
    public float value() {
      return value;
    }
  }

  /** Builds the graph, to run on all cores, and gives the weights their first values. */
  public TrainingModel(ModelConfig config, BatchShape shape, TrainingOptions options, long seed) {
    this(config, shape, options, seed, SessionSettings.ofMachine());
  }

  /**
   * Builds the graph and gives the weights their first values.
   *
   * @param seed decides the first weights and what is dropped
   */
  public TrainingModel(
      ModelConfig config,
      BatchShape shape,
      TrainingOptions options,
      long seed,
      SessionSettings settings) {
    this(config, BatchPart.whole(shape), options, seed, settings);
  }

  /**
   * Builds the graph for rows of a batch and gives the weights their first values.
   *
   * @param seed decides the first weights and what is dropped
   */
  public TrainingModel(
      ModelConfig config,
      BatchPart part,
      TrainingOptions options,
      long seed,
      SessionSettings settings) {
    this.config = config;
    this.shape = part.shape();
    Graph graph = new Graph();
    try {
      nodes = new StreamGraph(graph, config, part, options, seed);
      forward = nodes.training.forward;
      session = new NetworkSession(graph, nodes.variables(), settings);
    } catch (RuntimeException e) {
      graph.close(); // closes its sessions, too
      throw e;
    }
    keepProbability = TFloat32.scalarOf(1 - options.dropout());
    startCounting();
  }

  /** The numbers the model was built with. */
  public ModelConfig config() {
    return config;
  }

  @Override
  public BatchShape shape() {
    return shape;
  }

  /** A window of every stream, in native memory that is used again and again. */
  public final class Batch implements AutoCloseable {
    private final TInt32 x = TInt32.tensorOf(Shape.of(shape.batchSize(), shape.sequenceLength()));
    private final TInt32 y = TInt32.tensorOf(x.shape());
    private final Session.Runner trainer = runner().addTarget(nodes.step); // used for every step

    private Batch() {}

    /**
     * Fills the batch.
     *
     * @param inputs ids, row after row, {@code batchSize * sequenceLength} of them
     * @param targets the id that follows each
     */
    public void fill(int[] inputs, int[] targets) {
      copy(inputs, x);
      copy(targets, y);
    }

    private static void copy(int[] ids, TInt32 tensor) {
      if (ids.length != tensor.size()) {
        throw new IllegalArgumentException(
            "a batch has %d ids, got %d".formatted(tensor.size(), ids.length));
      }
      tensor.copyFrom(DataBuffers.of(ids, true, false));
    }

    private Session.Runner runner() {
      Session.Runner runner =
          session
              .runner()
              .feed(forward.x, x)
              .feed(forward.y, y)
              .feed(nodes.training.learningRate, learningRate)
              .feed(forward.keepProbability, keepProbability)
              .feed(forward.step, stepNumber);
      forward.firstRow.ifPresent(place -> runner.feed(place, firstRow));
      return runner;
    }

    @Override
    public void close() {
      x.close();
      y.close();
    }
  }

  /** Makes room for a batch; the caller closes it. */
  public Batch newBatch() {
    return new Batch();
  }

  /** Tells the place of a part's first row in the batch, which decides what is dropped. */
  public void setFirstRow(int row) {
    firstRow.setLong(row);
  }

  /** Begins with the streams' first windows: the next step's state is zeros. */
  public void startStreams() {
    session.runner().addTarget(nodes.startStreams).run().close();
  }

  /**
   * Trains on one window of every stream, from the state after the window before.
   *
   * @param rate Adam's learning rate, above 0
   * @param step counts the steps, so that each drops other values
   * @throws NotFiniteException if the loss or a gradient is infinite or not a number
   */
  public void train(Batch batch, float rate, long step) throws NotFiniteException {
    learningRate.setFloat(rate);
    stepNumber.setLong(step);
    try {
      batch.trainer.run().close();
    } catch (TFInvalidArgumentException e) {
      throw notFinite(batch, e);
    }
  }

  /** A step whose way to the gradients was gone elsewhere. */
  private final class GivenStep implements AutoCloseable {
    private final TFloat32 loss = TFloat32.scalarOf(0);
    private final FedArrays gradients =
        new FedArrays(nodes.training.gradients, shapes(forward.trainable));
    private final FedArrays state = new FedArrays(forward.finalState, shapes(nodes.state));

    private Session.Runner runner() {
      return state.feed(
          gradients.feed(
              session
                  .runner()
                  .feed(forward.meanLoss, loss)
                  .feed(nodes.training.learningRate, learningRate)));
    }

    void train(BatchGradients given) throws NotFiniteException {
      loss.setFloat(given.lossNats());
      gradients.set(given.byWeight());
      state.set(given.state());
      try {
        runner().addTarget(nodes.step).run().close();
      } catch (TFInvalidArgumentException e) {
        try (Result result = runner().fetch(nodes.training.gradientNorm).run()) {
          throw notFinite(given.lossNats(), scalar(result, 0), e);
        }
      }
    }

    @Override
    public void close() {
      loss.close();
      gradients.close();
      state.close();
    }
  }

  private static List<Shape> shapes(List<ResourceVariable> variables) {
    return variables.stream().map(ResourceVariable::shape).toList();
  }

  /**
   * Takes the step that learns from what was computed elsewhere, such as by {@link SliceModel}s.
   *
   * @param rate Adam's learning rate, above 0
   * @throws NotFiniteException if the loss or a gradient is infinite or not a number
   */
  public void train(BatchGradients gradients, float rate) throws NotFiniteException {
    if (givenStep == null) {
      givenStep = new GivenStep();
    }
    learningRate.setFloat(rate);
    givenStep.train(gradients);
  }

  /** Does a step, which changed nothing, as far as to its loss and norm. */
  private NotFiniteException notFinite(Batch batch, TFInvalidArgumentException e) {
    try (Result result =
        batch.runner().fetch(forward.meanLoss).fetch(nodes.training.gradientNorm).run()) {
      return notFinite(scalar(result, 0), scalar(result, 1), e);
    }
  }

  private static NotFiniteException notFinite(
      float loss, float norm, TFInvalidArgumentException e) {
    if (Float.isFinite(loss) && Float.isFinite(norm)) {
      throw e; // something else
    }
    return Float.isFinite(loss)
        ? new NotFiniteException("norm of the gradients", norm, e)
        : new NotFiniteException("loss", loss, e);
  }

  /**
   * Takes steps as {@link #train} does, watched by TensorFlow's tracer, which makes them slower.
   *
   * @param steps at least 1
   * @return where the time of a step went
   */
  public List<OperationTime> profile(Batch batch, int steps) {
    RunOptions traced = RunOptions.newBuilder().setTraceLevel(TraceLevel.SOFTWARE_TRACE).build();
    Session.Runner runner = batch.runner().addTarget(nodes.step).setOptions(traced);
    List<RunMetadata> metadata = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      try (Result result = runner.runAndFetchMetadata()) {
        metadata.add(result.getMetadata().orElseThrow());
      }
    }
    return OperationTime.perStep(metadata);
  }

  /** What the steps since {@link #startCounting} saw. */
  public Seen seen() {
    try (Result result = session.runner().fetch(nodes.lossSum).fetch(nodes.largestNorm).run()) {
      return new Seen(((TFloat64) result.get(0)).getDouble(), scalar(result, 1));
    }
  }

  /** Forgets what steps saw. */
  public void startCounting() {
    session.runner().addTarget(nodes.startCounting).run().close();
  }

  @Override
  public CarriedState zeroState() {
    return reader().zeroState();
  }

  /** Reads one window of every stream; the training's own state is not touched. */
  @Override
  public Window read(int[] x, int[] y, float[] weights, CarriedState state) {
    return reader().read(x, y, weights, state);
  }

  private ForwardSession reader() {
    return new ForwardSession(shape, forward, session);
  }

  /** Names and shapes of the weights, in a fixed order. */
  public Map<String, Shape> weightShapes() {
    return NetworkSession.shapes(forward.trainable);
  }

  /** Names of {@link #variables()}. */
  public List<String> variableNames() {
    return nodes.variables().stream().map(ResourceVariable::name).toList();
  }

  /** Replaces some of {@link #variables()}. */
  public void setVariables(List<VariableValue> values) {
    session.assign(values);
  }

  /** The elements of each of {@link #variables()}. */
  public float[][] arrays() {
    return VariableValue.arrays(variables());
  }

  /** Replaces {@link #variables()}, all of them, by their elements. */
  public void setArrays(float[][] values) {
    List<ResourceVariable> variables = nodes.variables();
    if (values.length != variables.size()) {
      throw new IllegalArgumentException(
          "%d arrays for %d variables".formatted(values.length, variables.size()));
    }
    for (int i = 0; i < values.length; i++) {
      ResourceVariable variable = variables.get(i);
      session.assign(List.of(new VariableValue(variable.name(), variable.shape(), values[i])));
    }
  }

  /** The weights as they are now. */
  public List<VariableValue> weights() {
    return session.values(forward.trainable);
  }

  /** What the streams carry to the next window, each {@code [batch, size]}. */
  public List<VariableValue> state() {
    return session.values(nodes.state);
  }

  /** All that decides the steps to come: weights, the optimizer's variables, carried state. */
  public List<VariableValue> variables() {
    return session.values(nodes.variables());
  }

  private static float scalar(Result result, int index) {
    return ((TFloat32) result.get(index)).getFloat();
  }

  @Override
  public void close() {
    if (givenStep != null) {
      givenStep.close();
    }
    learningRate.close();
    keepProbability.close();
    stepNumber.close();
    firstRow.close();
    session.close();
  }
}
