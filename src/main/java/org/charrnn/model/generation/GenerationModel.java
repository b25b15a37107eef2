package org.charrnn.model.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.graph.ResourceVariable;
import org.charrnn.model.CarriedState;
import org.charrnn.model.GraphSession;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Network;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.TokenIdChecks;
import org.charrnn.nn.RnnState;
import org.charrnn.settings.SettingException;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
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
 * A trained network that generates texts, several at once, with the same loop in the graph as an
 * exported SavedModel: the same seed gives the same text in both.
 *
 * <p>It owns native memory: close it. Several threads may generate texts at the same time.
 */
public final class GenerationModel implements AutoCloseable {
  /** Position of a token that is sampled before there is any token to continue. */
  public static final int POSITION_BEFORE_TEXT = -1;

  /** Tokens between two calls of the sink, after the beginning of a text. */
  private static final int MAX_TOKENS_PER_RUN = 64;

  private final ModelConfig config;
  private final GraphSession<Nodes> session;
  private final Nodes nodes;

  /** Receives tokens as they are generated: one for each row, then the next one for each row. */
  @FunctionalInterface
  public interface TokenSink {
    void accept(int row, int id);

    /**
     * Returns whether all texts have ended, so that no more tokens are needed. It is called from
     * time to time: some more tokens can come after the end.
     */
    default boolean isDone() {
      return false;
    }
  }

  /**
   * @param prime ids, {@code [rows, time]}
   * @param primeCounts ids in each row, {@code [rows]}
   * @param primeState after the prime
   * @param seed scalar
   * @param rows number of texts, {@code [1]}
   * @param first tokens to start texts with that have no prime, {@code [rows]}
   * @param last the last token of each text, {@code [rows]}
   * @param from position of the next token, scalar
   * @param count tokens to generate, scalar
   * @param state before the last token, each {@code [rows, size]}
   */
  private record Nodes(
      List<ResourceVariable> variables,
      Placeholder<TInt32> prime,
      Placeholder<TInt32> primeCounts,
      RnnState primeState,
      Placeholder<TInt64> seed,
      Placeholder<TInt32> rows,
      Operand<TInt32> first,
      Placeholder<TInt32> last,
      Placeholder<TInt32> from,
      Placeholder<TInt32> count,
      List<Operand<TFloat32>> state,
      GenerationLoop.Generated generated)
      implements GraphSession.Nodes {
    static Nodes create(Ops tf, ModelConfig config, TokenSampler sampler, SamplingConfig sampling) {
      List<ResourceVariable> weights = Network.declareWeights(tf, config);
      GenerationLoop loop =
          new GenerationLoop(Network.of(config, Network.values(weights)), sampler);
      var prime = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1)));
      var primeCounts = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      var seed = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
      var rows = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(1)));
      var last = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      var from = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
      var count = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
      List<Operand<TFloat32>> state = new ArrayList<>();
      for (int size : config.stateSizes()) {
        state.add(tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, size))));
      }
      var settings =
          sampler.settings(
              tf,
              tf.constant((float) sampling.temperature()),
              tf.constant(sampling.topK()),
              tf.constant(sampling.topP()),
              seed);
      return new Nodes(
          weights,
          prime,
          primeCounts,
          loop.read(tf, "read_loop", prime, primeCounts),
          seed,
          rows,
          sampler.sampleUniformly(tf, rows, tf.constant(POSITION_BEFORE_TEXT), seed),
          last,
          from,
          count,
          state,
          loop.generate(tf, "generate_loop", last, new RnnState(state), from, count, settings));
    }
  }

  private GenerationModel(ModelConfig config, GraphSession<Nodes> session) {
    this.config = config;
    this.session = session;
    nodes = session.nodes();
  }

  /**
   * Opens a model.
   *
   * @param vocabulary whose tokens can all be generated, except the unknown token
   * @param weights all weights of the network, in any order
   * @throws IllegalArgumentException if weights are missing or unknown
   * @throws SettingException if the model cannot sample in this way
   */
  public static GenerationModel open(
      ModelConfig config,
      Vocabulary vocabulary,
      SamplingConfig sampling,
      List<VariableValue> weights) {
    requireUsable(sampling, vocabulary);
    Optional<boolean[]> wordStarts =
        sampling.whitespace() ? Optional.of(endInWhitespace(vocabulary)) : Optional.empty();
    TokenSampler sampler =
        new TokenSampler(
            config.classes(), vocabulary.unknownIds(), sampling.topP() < 1, wordStarts);
    return new GenerationModel(
        config,
        GraphSession.open(
            SessionSettings.SEQUENTIAL,
            tf -> Nodes.create(tf, config, sampler, sampling),
            weights));
  }

  /**
   * Checks that a model can sample in some way.
   *
   * @throws SettingException if it cannot
   */
  public static void requireUsable(SamplingConfig sampling, Vocabulary vocabulary) {
    if (sampling.whitespace() && vocabulary.level() == Level.WORD) {
      throw new SettingException(
          "whitespace",
          "samples only at the start of a word and is for models of characters; the tokens of this"
              + " model are words, so each starts one");
    }
  }

  private static boolean[] endInWhitespace(Vocabulary vocabulary) {
    boolean[] ending = new boolean[vocabulary.size()];
    for (int id = 0; id < ending.length; id++) {
      String token = vocabulary.token(id);
      ending[id] = Character.isWhitespace(token.codePointBefore(token.length()));
    }
    return ending;
  }

  /**
   * Generates texts.
   *
   * @param prime the ids that each text continues; they are not part of the text. Without a prime
   *     the first token of each text is sampled uniformly from all tokens, as in char-rnn, even if
   *     the rest is greedy
   * @param length tokens of each text, at least 1
   * @param count number of texts, at least 1; each is the same whatever the number
   * @param seed determines the sampled tokens
   * @throws InputException if the model's logits are not finite
   * @throws IllegalArgumentException if an id of the prime is out of range
   */
  public void generate(int[] prime, int length, int count, long seed, TokenSink sink) {
    requirePositive("length", length);
    requirePositive("count", count);
    TokenIdChecks.requireInRange(prime, config.classes());
    try (Texts texts = new Texts(count, seed)) {
      int done = 0;
      if (prime.length > 0) {
        texts.read(prime);
      } else {
        texts.start(sink);
        done = 1;
      }
      int tokensPerRun = 1; // the first tokens appear at once, the later ones fast
      while (done < length && !sink.isDone()) {
        int next = Math.min(tokensPerRun, length - done);
        texts.generate(next, sink);
        done += next;
        tokensPerRun = Math.min(2 * tokensPerRun, MAX_TOKENS_PER_RUN);
      }
    } catch (TFInvalidArgumentException e) {
      if (e.getMessage().contains(TokenSampler.NOT_FINITE)) {
        throw new InputException(TokenSampler.NOT_FINITE, e);
      }
      throw e;
    }
  }

  private static void requirePositive(String setting, int value) {
    if (value < 1) {
      throw new SettingException(setting, "must be at least 1, got " + value);
    }
  }

  /** Texts that are being generated. */
  private final class Texts implements AutoCloseable {
    private final TInt64 seedTensor;
    private final int[] lastIds; // [rows]
    private CarriedState carried;
    private int position; // of the next token

    Texts(int rows, long seed) {
      seedTensor = TInt64.scalarOf(seed);
      lastIds = new int[rows];
      carried = CarriedState.zeros(config.stateSizes().stream().map(size -> Shape.of(rows, size)));
    }

    /** Reads the same prime in all rows. */
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
        Session.Runner runner =
            session.runner().feed(nodes.prime, primes).feed(nodes.primeCounts, lengths);
        nodes.primeState.tensors().forEach(runner::fetch);
        carry(runner.run());
      }
    }

    /** Samples a first token for each row. */
    void start(TokenSink sink) {
      try (TInt32 shape = TInt32.vectorOf(lastIds.length);
          Result result =
              session
                  .runner()
                  .feed(nodes.seed, seedTensor)
                  .feed(nodes.rows, shape)
                  .fetch(nodes.first)
                  .run()) {
        pass(StdArrays.array1dCopyOf((TInt32) result.get(0)), sink);
      }
    }

    /** Generates tokens in each row. */
    void generate(int tokens, TokenSink sink) {
      int[][] ids;
      try (TInt32 lastTensor = TInt32.vectorOf(lastIds);
          TInt32 fromTensor = TInt32.scalarOf(position);
          TInt32 countTensor = TInt32.scalarOf(tokens)) {
        Session.Runner runner =
            session
                .runner()
                .feed(nodes.seed, seedTensor)
                .feed(nodes.last, lastTensor)
                .feed(nodes.from, fromTensor)
                .feed(nodes.count, countTensor)
                .fetch(nodes.generated.ids());
        nodes.generated.state().tensors().forEach(runner::fetch);
        Result result = carried.feed(runner, nodes.state).run();
        carry(result);
        ids = StdArrays.array2dCopyOf((TInt32) result.get(0)); // [rows][tokens]
      }
      for (int i = 0; i < tokens; i++) {
        int time = i;
        pass(Arrays.stream(ids).mapToInt(row -> row[time]).toArray(), sink);
      }
      position += tokens;
    }

    private void carry(Result result) {
      carried.close();
      carried = CarriedState.last(result, nodes.state.size());
    }

    private void pass(int[] ids, TokenSink sink) {
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
