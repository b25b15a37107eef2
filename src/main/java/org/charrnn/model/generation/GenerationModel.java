package org.charrnn.model.generation;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.RowRandom;
import org.charrnn.decoding.RowSampler;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.model.ArrayNetwork;
import org.charrnn.model.GraphSession;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.TokenIdChecks;
import org.charrnn.model.VariableMatch;
import org.charrnn.settings.SettingException;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.tensorflow.exceptions.TFInvalidArgumentException;

/**
 * A trained network that generates texts: a few on Java arrays, many at once with the same loop in
 * the graph as an exported SavedModel. The same seed gives the same text in all of them.
 *
 * <p>It owns native memory: close it. Several threads may generate texts at the same time.
 */
public final class GenerationModel implements AutoCloseable {
  /** With more, a step takes so long that a copy of the weights is not worth its memory. */
  private static final long MAX_PARAMETERS_ON_ARRAYS = 1L << 24;

  /** With more, the products of a graph are faster than those of each text by itself. */
  static final int MAX_TEXTS_PER_THREAD = 4;

  private final ModelConfig config;
  private final AllowedTokens allowed;
  private final Optional<ArrayNetwork> arrays; // for few texts
  private final int threads;
  private final RowSampler rowSampler;
  private final Supplier<GraphSession<GenerationGraph>> opener;
  private GraphSession<GenerationGraph> session; // for many texts, null before the first ones

  /**
   * Receives tokens as they are generated: one for each row, then the next one for each row. A text
   * without a prime is one token ahead, since its first token needs no step of the network.
   */
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

  private GenerationModel(
      ModelConfig config,
      AllowedTokens allowed,
      Optional<ArrayNetwork> arrays,
      int threads,
      RowSampler rowSampler,
      Supplier<GraphSession<GenerationGraph>> opener) {
    this.config = config;
    this.allowed = allowed;
    this.arrays = arrays;
    this.threads = threads;
    this.rowSampler = rowSampler;
    this.opener = opener;
  }

  /**
   * Opens a model.
   *
   * @param vocabulary whose tokens can all be generated, except the unknown token
   * @param weights all weights of the network, in any order
   * @param settings with as many threads, rows of texts are computed side by side
   * @throws IllegalArgumentException if weights are missing or unknown
   * @throws SettingException if the model cannot sample in this way
   */
  public static GenerationModel open(
      ModelConfig config,
      Vocabulary vocabulary,
      SamplingConfig sampling,
      List<VariableValue> weights,
      SessionSettings settings) {
    requireUsable(sampling, vocabulary);
    List<VariableValue> complete = VariableMatch.inOrder(config.weightShapes(), weights);
    Optional<boolean[]> wordStarts =
        sampling.whitespace() ? Optional.of(endInWhitespace(vocabulary)) : Optional.empty();
    TokenSampler sampler = new TokenSampler(config.classes(), vocabulary.unknownIds(), wordStarts);
    AllowedTokens allowed = new AllowedTokens(config.classes(), vocabulary.unknownIds());
    return new GenerationModel(
        config,
        allowed,
        config.parameters() <= MAX_PARAMETERS_ON_ARRAYS
            ? Optional.of(new ArrayNetwork(config, complete))
            : Optional.empty(),
        settings.threads(),
        new RowSampler(sampling, allowed, wordStarts),
        () ->
            GraphSession.open(
                settings,
                tf -> GenerationGraph.create(tf, config, sampler, sampling, settings.threads()),
                complete));
  }

  /** Loading TensorFlow takes longer than a page of text: a few texts do without it. */
  private synchronized GraphSession<GenerationGraph> session() {
    if (session == null) {
      session = opener.get();
    }
    return session;
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
   * Generates texts that continue the same prime.
   *
   * @param count number of texts, at least 1; each is the same whatever the number
   * @see #generate(PrimeBatch, int, long, TokenSink)
   */
  public void generate(int[] prime, int length, int count, long seed, TokenSink sink) {
    requirePositive("count", count);
    generate(PrimeBatch.of(prime, count), length, seed, sink);
  }

  /**
   * Generates texts. Each depends only on its prime, its row number and the seed.
   *
   * @param batch the primes, which are not part of the texts. Without a prime the first token of a
   *     text is sampled uniformly from all tokens, as in char-rnn, even if the rest is greedy
   * @param length tokens of each text, at least 1
   * @param seed determines the sampled tokens
   * @param sink receives the tokens with their index in the batch
   * @throws InputException if the model's logits are not finite
   * @throws IllegalArgumentException if an id of a prime is out of range
   */
  public void generate(PrimeBatch batch, int length, long seed, TokenSink sink) {
    requirePositive("length", length);
    batch.primes().forEach(prime -> TokenIdChecks.requireInRange(prime, config.classes()));
    if (arrays.isPresent() && batch.size() <= MAX_TEXTS_PER_THREAD * threads) {
      RowRandom random = new RowRandom(seed);
      try (ArrayTexts texts =
          new ArrayTexts(
              config, arrays.get(), rowSampler, allowed, batch, random, threads, length)) {
        texts.generate(sink);
      }
    } else {
      generateInGraph(batch, length, seed, sink);
    }
  }

  private void generateInGraph(PrimeBatch batch, int length, long seed, TokenSink sink) {
    try (TextBatch texts = new TextBatch(session(), config, batch, new RowRandom(seed), length)) {
      texts.read();
      texts.start(allowed, sink);
      while (texts.remaining() > 0 && !sink.isDone()) {
        texts.generate(sink);
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

  @Override
  public synchronized void close() {
    if (session != null) {
      session.close();
    }
  }
}
