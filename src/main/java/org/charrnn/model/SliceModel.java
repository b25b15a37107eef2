package org.charrnn.model;

import java.io.Serializable;
import java.util.List;
import org.charrnn.graph.ResourceVariable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A network that reads some rows of a batch for somebody else, who holds weights and state: what
 * comes out is a function of what is given, and nothing stays.
 *
 * <p>It owns native memory: close it. Not for use from several threads at once.
 */
public final class SliceModel implements AutoCloseable {
  private final ForwardGraph nodes;
  private final List<Operand<TFloat32>> gradients;
  private final NetworkSession session;
  private final TInt32 x;
  private final TInt32 y;
  private final TFloat32 counts;
  private final TFloat32 totalWeight = TFloat32.scalarOf(0);
  private final FedArrays weights;
  private final FedArrays state;
  private final TFloat32 keepProbability;
  private final TInt64 step = TInt64.scalarOf(0);
  private final TInt64 firstRow = TInt64.scalarOf(0);

  /**
   * Some rows of a batch.
   *
   * @param x ids, row after row, {@code rows * sequenceLength} of them
   * @param y the id that follows each
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  public record Window(int[] x, int[] y) implements Serializable {}

  /**
   * Builds the graph.
   *
   * @param seed decides what is dropped
   */
  public SliceModel(
      ModelConfig config,
      BatchPart part,
      TrainingOptions options,
      long seed,
      SessionSettings settings) {
    Graph graph = new Graph();
    try {
      nodes = new ForwardGraph(Ops.create(graph), config, part, options, seed, zeros -> zeros);
      gradients = nodes.gradients();
      session = new NetworkSession(graph, nodes.trainable, settings);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
    x = TInt32.tensorOf(nodes.x.shape());
    y = TInt32.tensorOf(nodes.y.shape());
    counts = TFloat32.tensorOf(nodes.x.shape());
    weights =
        new FedArrays(
            nodes.trainable.stream().map(ResourceVariable::value).toList(),
            nodes.trainable.stream().map(ResourceVariable::shape).toList());
    state =
        new FedArrays(nodes.initialState, nodes.initialState.stream().map(Operand::shape).toList());
    keepProbability = TFloat32.scalarOf(1 - options.dropout());
  }

  /**
   * Computes what rows give a training step.
   *
   * @param weightValues in the order of {@link TrainingModel#weights()}
   * @param stateBefore after the window before, each tensor {@code [rows, size]}
   * @param stepNumber decides what is dropped
   * @param rowNumber so does the place of the first row in the batch
   */
  public BatchGradients gradients(
      float[][] weightValues,
      Window window,
      float[][] stateBefore,
      long stepNumber,
      int rowNumber) {
    weights.set(weightValues);
    state.set(stateBefore);
    step.setLong(stepNumber);
    firstRow.setLong(rowNumber);
    Session.Runner runner =
        runner(window)
            .feed(nodes.keepProbability, keepProbability)
            .feed(nodes.step, step)
            .fetch(nodes.meanLoss);
    nodes.firstRow.ifPresent(place -> runner.feed(place, firstRow));
    gradients.forEach(runner::fetch);
    nodes.finalState.forEach(runner::fetch);
    try (Result result = runner.run()) {
      int states = 1 + gradients.size();
      return new BatchGradients(
          ((TFloat32) result.get(0)).getFloat(),
          FedArrays.get(result, 1, states),
          FedArrays.get(result, states, result.size()));
    }
  }

  /**
   * A window to be read, some of whose positions may not count.
   *
   * @param weights 1 for each that counts, else 0
   * @param totalWeight of the whole batch
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  public record Reading(Window window, float[] weights, float totalWeight)
      implements Serializable {}

  /**
   * What windows of text were found to be.
   *
   * @param lossNats of each window, the rows' part of the batch's mean loss
   * @param state after the last, each tensor {@code [rows, size]}
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  public record Losses(float[] lossNats, float[][] state) {}

  /**
   * Reads windows one after the other, without learning and without dropout.
   *
   * @param weightValues in the order of {@link TrainingModel#weights()}
   * @param windows in their order
   * @param stateBefore the first, each tensor {@code [rows, size]}
   */
  public Losses losses(float[][] weightValues, List<Reading> windows, float[][] stateBefore) {
    weights.set(weightValues);
    float[] losses = new float[windows.size()];
    float[][] carried = stateBefore;
    for (int i = 0; i < losses.length; i++) {
      Reading reading = windows.get(i);
      state.set(carried);
      counts.copyFrom(DataBuffers.of(reading.weights(), true, false));
      totalWeight.setFloat(reading.totalWeight());
      Session.Runner runner =
          runner(reading.window())
              .feed(nodes.weights, counts)
              .feed(nodes.totalWeight, totalWeight)
              .fetch(nodes.meanLoss);
      nodes.finalState.forEach(runner::fetch);
      try (Result result = runner.run()) {
        losses[i] = ((TFloat32) result.get(0)).getFloat();
        carried = FedArrays.get(result, 1, result.size());
      }
    }
    return new Losses(losses, carried);
  }

  private Session.Runner runner(Window window) {
    x.copyFrom(DataBuffers.of(window.x(), true, false));
    y.copyFrom(DataBuffers.of(window.y(), true, false));
    return state.feed(weights.feed(session.runner().feed(nodes.x, x).feed(nodes.y, y)));
  }

  @Override
  public void close() {
    x.close();
    y.close();
    counts.close();
    totalWeight.close();
    weights.close();
    state.close();
    keepProbability.close();
    step.close();
    firstRow.close();
    session.close();
  }
}
