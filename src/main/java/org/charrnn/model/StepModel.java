package org.charrnn.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.Variables;
import org.charrnn.sample.LanguageModel;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A trained network that reads one token at a time, in any number of rows.
 *
 * <p>It owns native memory: close it, and each decoder before it. Many threads may use it at once,
 * once it has its weights; a decoder is one thread's.
 */
public final class StepModel implements LanguageModel, AutoCloseable {
  private final ModelConfig config;
  private final Placeholder<TInt32> x; // [rows]
  private final Placeholder<TInt32> parents; // [rows], the row of the state that each goes on from
  private final List<Operand<TFloat32>> state = new ArrayList<>(); // each [parents, size]
  private final List<Operand<TFloat32>> nextState;
  private final Operand<TFloat32> logits; // [rows, classes]
  private final List<ResourceVariable> trainable;
  private final NetworkSession session;

  /** Builds the graph; the weights are to be set. */
  public StepModel(ModelConfig config) {
    this.config = config;
    Graph graph = new Graph();
    try {
      Ops tf = Ops.create(graph);
      x = tf.withName("X").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      parents = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      var variables = new Variables(tf, 0); // the weights are given
      var network = Network.create(variables, config, Optional.empty());
      for (int size : network.cells().stateSizes()) {
        state.add(tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, size))));
      }
      List<Operand<TFloat32>> before = new ArrayList<>(); // each [rows, size]
      state.forEach(part -> before.add(tf.gather(part, parents, tf.constant(0))));
      RnnCell.Step step = network.cells().step(tf, network.input(tf, x), new RnnState(before));
      nextState = step.state().tensors();
      logits = network.softmax().logits(tf, step.output());
      trainable = variables.trainable();
      session = new NetworkSession(graph, trainable, SessionSettings.ONE_BY_ONE);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** Names and shapes of the weights. */
  public Map<String, Shape> weightShapes() {
    return NetworkSession.shapes(trainable);
  }

  /** Sets the weights. */
  public void setWeights(List<VariableValue> weights) {
    session.assign(weights);
  }

  @Override
  public int vocabularySize() {
    return config.classes();
  }

  @Override
  public Decoder start(int rows) {
    return new StepDecoder(rows);
  }

  /**
   * Reads a text from its start and tells what the cells carry on after each token of it.
   *
   * @param text ids, at least one
   * @return for each state tensor {@code [time][size]}: of the bottom layer first, of an LSTM its
   *     {@code c}, then its {@code h}
   */
  public List<float[][]> states(int[] text) {
    List<float[][]> states = new ArrayList<>();
    state.forEach(place -> states.add(new float[text.length][]));
    try (StepDecoder decoder = new StepDecoder(1)) {
      for (int t = 0; t < text.length; t++) {
        decoder.step(new int[] {text[t]});
        List<float[]> carried = decoder.carried.elements();
        for (int i = 0; i < carried.size(); i++) {
          states.get(i)[t] = carried.get(i);
        }
      }
    }
    return states;
  }

  private final class StepDecoder implements Decoder {
    private CarriedState carried;
    private int[] goesOnFrom; // for each row, a row of what is carried

    StepDecoder(int rows) {
      carried =
          CarriedState.zeros(state.stream().map(place -> Shape.of(rows, place.shape().get(1))));
      goesOnFrom = IntStream.range(0, rows).toArray();
    }

    @Override
    public float[][] step(int[] ids) {
      try (TInt32 tensor = TInt32.vectorOf(ids);
          TInt32 parentRows = TInt32.vectorOf(goesOnFrom)) {
        Session.Runner runner =
            session.runner().feed(x, tensor).feed(parents, parentRows).fetch(logits);
        nextState.forEach(runner::fetch);
        Result result = carried.feed(runner, state).run();
        carried.close();
        carried = CarriedState.last(result, nextState.size());
        goesOnFrom = IntStream.range(0, ids.length).toArray();
        return StdArrays.array2dCopyOf((TFloat32) result.get(0));
      }
    }

    @Override
    public void select(int[] rows) {
      goesOnFrom = Arrays.stream(rows).map(row -> goesOnFrom[row]).toArray();
    }

    @Override
    public void close() {
      carried.close();
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
