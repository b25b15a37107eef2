package org.charrnn.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.nn.RnnState;
import org.charrnn.nn.Variables;
import org.charrnn.sample.SamplingConfig;
import org.charrnn.text.Vocabulary;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * A trained network that writes texts, several at once, by the same loop in the graph that {@link
 * InferenceModel} exports: the same seed gives the same text here and there.
 *
 * <p>It owns native memory: close it. Many threads may write texts with it at once, once it has its
 * weights.
 */
public final class GenerationModel implements AutoCloseable {
  /** Tokens that are written between two calls of the sink, once a text is under way. */
  private static final int MOST_AT_ONCE = 64;

  private final Placeholder<TInt32> prime; // [rows, time]
  private final Placeholder<TInt32> primeCounts; // [rows]
  private final RnnState primeState;
  private final Placeholder<TInt64> seed;
  private final Placeholder<TInt32> rows; // [1]
  private final Operand<TInt32> any; // [rows]
  private final Placeholder<TInt32> last; // [rows]
  private final Placeholder<TInt32> from;
  private final Placeholder<TInt32> count;
  private final List<Operand<TFloat32>> state = new ArrayList<>(); // each [rows, size]
  private final GenerationLoop.Written written;
  private final List<ResourceVariable> trainable;
  private final NetworkSession session;

  /** Takes tokens as they are made: one for each row, then the next one for each row. */
  @FunctionalInterface
  public interface TokenSink {
    void accept(int row, int id);
  }

  /**
   * Builds the graph; the weights are to be set.
   *
   * @param vocabulary of which all tokens may be written but the unknown one
   */
  public GenerationModel(ModelConfig config, Vocabulary vocabulary, SamplingConfig sampling) {
    Graph graph = new Graph();
    try {
      Ops tf = Ops.create(graph);
      var variables = new Variables(tf, 0); // the weights are given
      var network = Network.create(variables, config, Optional.empty());
      Optional<boolean[]> wordStarts =
          sampling.whitespace() ? Optional.of(endingInWhitespace(vocabulary)) : Optional.empty();
      var sampler =
          new TokenSampler(config.classes(), vocabulary.unknownIds(), sampling.topP(), wordStarts);
      var loop = new GenerationLoop(network, sampler);

      prime = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1)));
      primeCounts = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      primeState = loop.read(tf, "read_loop", prime, primeCounts);

      seed = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
      rows = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(1)));
      any = sampler.drawAny(tf, rows, tf.constant(TextGeneration.BEFORE_THE_FIRST), seed);

      last = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      from = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
      count = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
      for (int size : network.cells().stateSizes()) {
        state.add(tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, size))));
      }
      var settings =
          sampler.settings(
              tf, tf.constant((float) sampling.temperature()), tf.constant(sampling.topK()), seed);
      written = loop.write(tf, "write_loop", last, new RnnState(state), from, count, settings);
      trainable = variables.trainable();
      session = new NetworkSession(graph, trainable, SessionSettings.ONE_BY_ONE);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  private static boolean[] endingInWhitespace(Vocabulary vocabulary) {
    boolean[] ending = new boolean[vocabulary.size()];
    for (int id = 0; id < ending.length; id++) {
      String token = vocabulary.token(id);
      ending[id] = Character.isWhitespace(token.codePointBefore(token.length()));
    }
    return ending;
  }

  /** Names and shapes of the weights. */
  public Map<String, Shape> weightShapes() {
    return NetworkSession.shapes(trainable);
  }

  /** Sets the weights. */
  public void setWeights(List<VariableValue> weights) {
    session.assign(weights);
  }

  /**
   * Writes texts.
   *
   * @param prime what comes before each text and is not part of it. Without one the first token of
   *     each text is drawn from all tokens alike, as in char-rnn, even if the rest is greedy
   * @param length tokens of each text, at least 1
   * @param count texts, at least 1; each is the same whatever their number
   * @param seed decides all draws
   * @throws InputException if the weights give no numbers
   */
  public void generate(int[] prime, int length, int count, long seed, TokenSink sink) {
    requirePositive("--length", length);
    requirePositive("--count", count);
    try (Texts texts = new Texts(count, seed)) {
      int done = 0;
      if (prime.length > 0) {
        texts.read(prime);
      } else {
        texts.begin(sink);
        done = 1;
      }
      int atOnce = 1; // the first tokens come at once, the later ones fast
      while (done < length) {
        int next = Math.min(atOnce, length - done);
        texts.write(next, sink);
        done += next;
        atOnce = Math.min(2 * atOnce, MOST_AT_ONCE);
      }
    } catch (TFInvalidArgumentException e) {
      if (e.getMessage().contains(TokenSampler.BROKEN)) {
        throw new InputException(TokenSampler.BROKEN, e);
      }
      throw e;
    }
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new InputException("%s must be at least 1, got %d".formatted(option, value));
    }
  }

  /** Texts under way. */
  private final class Texts implements AutoCloseable {
    private final TInt64 seedTensor;
    private final int[] lastIds; // [rows]
    private CarriedState carried;
    private int place; // of the next token that the loop writes

    Texts(int rows, long seedValue) {
      seedTensor = TInt64.scalarOf(seedValue);
      lastIds = new int[rows];
      carried = CarriedState.zeros(state.stream().map(part -> Shape.of(rows, part.shape().get(1))));
    }

    /** Reads the same beginning in all rows. */
    void read(int[] ids) {
      Arrays.fill(lastIds, ids[ids.length - 1]);
      if (ids.length == 1) {
        return;
      }
      int[][] all = new int[lastIds.length][];
      Arrays.fill(all, Arrays.copyOf(ids, ids.length - 1));
      int[] counts = new int[lastIds.length];
      Arrays.fill(counts, ids.length - 1);
      try (TInt32 primes = TInt32.tensorOf(StdArrays.ndCopyOf(all));
          TInt32 lengths = TInt32.vectorOf(counts)) {
        Session.Runner runner = session.runner().feed(prime, primes).feed(primeCounts, lengths);
        primeState.tensors().forEach(runner::fetch);
        carry(runner.run());
      }
    }

    /** Draws a first token for each row. */
    void begin(TokenSink sink) {
      try (TInt32 shape = TInt32.vectorOf(lastIds.length);
          Result result =
              session.runner().feed(seed, seedTensor).feed(rows, shape).fetch(any).run()) {
        hand(StdArrays.array1dCopyOf((TInt32) result.get(0)), sink);
      }
    }

    /** Writes tokens in each row. */
    void write(int tokens, TokenSink sink) {
      int[][] ids;
      try (TInt32 lastTensor = TInt32.vectorOf(lastIds);
          TInt32 fromTensor = TInt32.scalarOf(place);
          TInt32 countTensor = TInt32.scalarOf(tokens)) {
        Session.Runner runner =
            session
                .runner()
                .feed(seed, seedTensor)
                .feed(last, lastTensor)
                .feed(from, fromTensor)
                .feed(count, countTensor)
                .fetch(written.ids());
        written.state().tensors().forEach(runner::fetch);
        Result result = carried.feed(runner, state).run();
        carry(result);
        ids = StdArrays.array2dCopyOf((TInt32) result.get(0)); // [rows][tokens]
      }
      for (int i = 0; i < tokens; i++) {
        int time = i;
        hand(Arrays.stream(ids).mapToInt(row -> row[time]).toArray(), sink);
      }
      place += tokens;
    }

    private void carry(Result result) {
      carried.close();
      carried = CarriedState.last(result, state.size());
    }

    private void hand(int[] ids, TokenSink sink) {
      System.arraycopy(ids, 0, lastIds, 0, ids.length);
      for (int row = 0; row < ids.length; row++) {
        sink.accept(row, ids[row]);
      }
    }

    @Override
    public void close() {
      carried.close();
      seedTensor.close();
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
