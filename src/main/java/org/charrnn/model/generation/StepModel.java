package org.charrnn.model.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.LanguageModel;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.CarriedState;
import org.charrnn.model.GraphSession;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Network;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.TokenIdChecks;
import org.charrnn.nn.RnnCell;
import org.charrnn.nn.RnnState;
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
 * <p>It owns native memory: close it, and each decoder before it. Several threads may use it at the
 * same time, but each decoder belongs to one thread.
 */
public final class StepModel implements LanguageModel, AutoCloseable {
  private final ModelConfig config;
  private final GraphSession<Nodes> session;
  private final Nodes nodes;

  /**
   * @param x ids, {@code [rows]}
   * @param parents for each row, the row of the state that it continues, {@code [rows]}
   * @param state each tensor {@code [parents, size]}
   * @param nextState each tensor {@code [rows, size]}
   * @param logits {@code [rows, classes]}
   */
  private record Nodes(
      List<ResourceVariable> variables,
      Placeholder<TInt32> x,
      Placeholder<TInt32> parents,
      List<Operand<TFloat32>> state,
      List<Operand<TFloat32>> nextState,
      Operand<TFloat32> logits)
      implements GraphSession.Nodes {
    static Nodes create(Ops tf, ModelConfig config) {
      List<ResourceVariable> weights = Network.declareWeights(tf, config);
      Network network = Network.of(config, Network.values(weights));
      var x = tf.withName("X").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      var parents = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      List<Operand<TFloat32>> state = CarriedState.placeholders(tf, config);
      RnnCell.Step step = network.step(tf, x, new RnnState(state).gather(tf, parents));
      var logits = network.softmax().logits(tf, step.output());
      return new Nodes(weights, x, parents, state, step.state().tensors(), logits);
    }
  }

  private StepModel(ModelConfig config, GraphSession<Nodes> session) {
    this.config = config;
    this.session = session;
    nodes = session.nodes();
  }

  /**
   * Opens a model.
   *
   * @param weights all weights of the network, in any order
   * @throws IllegalArgumentException if weights are missing or unknown
   */
  public static StepModel open(ModelConfig config, List<VariableValue> weights) {
    return new StepModel(
        config,
        GraphSession.open(SessionSettings.SEQUENTIAL, tf -> Nodes.create(tf, config), weights));
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
   * Reads a text and returns the state of the cells after each of its tokens.
   *
   * @param text ids, at least one
   * @return for each state tensor {@code [time][size]}: those of the bottom layer first; for an
   *     LSTM {@code c}, then {@code h}
   * @throws IllegalArgumentException if an id is out of range
   */
  public List<float[][]> states(int[] text) {
    TokenIdChecks.requireInRange(text, config.classes());
    List<float[][]> states = new ArrayList<>();
    nodes.state.forEach(tensor -> states.add(new float[text.length][]));
    try (StepDecoder decoder = new StepDecoder(1)) {
      for (int t = 0; t < text.length; t++) {
        decoder.step(new int[] {text[t]});
        List<float[]> carried = decoder.carried.values();
        for (int i = 0; i < carried.size(); i++) {
          states.get(i)[t] = carried.get(i);
        }
      }
    }
    return states;
  }

  private final class StepDecoder implements Decoder {
    private CarriedState carried;
    private int[] parents; // for each row, a row of the carried state

    StepDecoder(int rows) {
      carried = CarriedState.zeros(config, rows);
      parents = IntStream.range(0, rows).toArray();
    }

    @Override
    public float[][] step(int[] ids) {
      TokenIdChecks.requireInRange(ids, config.classes());
      try (TInt32 tensor = TInt32.vectorOf(ids);
          TInt32 parentRows = TInt32.vectorOf(parents)) {
        Session.Runner runner =
            session
                .runner()
                .feed(nodes.x, tensor)
                .feed(nodes.parents, parentRows)
                .fetch(nodes.logits);
        nodes.nextState.forEach(runner::fetch);
        Result result = carried.feed(runner, nodes.state).run();
        carried.close();
        carried = CarriedState.last(result, nodes.nextState.size());
        parents = IntStream.range(0, ids.length).toArray();
        return StdArrays.array2dCopyOf((TFloat32) result.get(0));
      }
    }

    @Override
    public void select(int[] rows) {
      parents = Arrays.stream(rows).map(row -> parents[row]).toArray();
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
