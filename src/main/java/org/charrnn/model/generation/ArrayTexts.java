package org.charrnn.model.generation;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.RowRandom;
import org.charrnn.decoding.RowSampler;
import org.charrnn.model.ArrayNetwork;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.generation.GenerationModel.TokenSink;
import org.charrnn.nn.arrays.MeasuredTeam;

/**
 * Texts that are being generated on Java arrays: a single one by two cores together, several side
 * by side. They are the same as in the rows of a {@link TextBatch}.
 */
final class ArrayTexts implements AutoCloseable {
  private static final int MAX_TOKENS_AT_ONCE = 128; // of a text, between two calls of the sink

  private final AllowedTokens allowed;
  private final PrimeBatch batch;
  private final int length;
  private final Text[] texts;
  private final MeasuredTeam team;

  /**
   * Starts texts.
   *
   * @param threads that may be used
   * @param length tokens of each text
   */
  ArrayTexts(
      ModelConfig config,
      ArrayNetwork network,
      RowSampler sampler,
      AllowedTokens allowed,
      PrimeBatch batch,
      RowRandom random,
      int threads,
      int length) {
    this.allowed = allowed;
    this.batch = batch;
    this.length = length;
    IterationSize size = IterationSize.of(config);
    texts = new Text[batch.size()];
    team = new MeasuredTeam(batch.size() == 1 && threads > 1);
    for (int row = 0; row < texts.length; row++) {
      TextNumbers numbers = new TextNumbers(random, batch.rows()[row], size, config.classes());
      texts[row] = new Text(network.start(), sampler, numbers, team, batch.primes().get(row));
    }
  }

  /** Generates all tokens, at first few at a time, so that they appear at once. */
  void generate(TokenSink sink) {
    Arrays.stream(texts).parallel().forEach(Text::readPrime);
    int tokens = 0; // of the texts that have a prime; the others are one ahead
    for (int row = 0; row < texts.length; row++) {
      if (batch.isEmpty(row)) {
        sink.accept(row, texts[row].start(allowed));
      }
    }
    int end = batch.steps(length);
    for (int count = 1; tokens < end && !sink.isDone(); count = Math.min(2 * count, maxTokens())) {
      int added = Math.min(count, end - tokens);
      int[][] ids = // [texts][tokens]
          Arrays.stream(texts).parallel().map(text -> text.next(added)).toArray(int[][]::new);
      for (int i = 0; i < added; i++, tokens++) {
        pass(ids, i, tokens, sink);
      }
    }
  }

  /** A single text is passed on token by token. */
  private int maxTokens() {
    return texts.length == 1 ? 1 : MAX_TOKENS_AT_ONCE;
  }

  private void pass(int[][] ids, int index, int before, TokenSink sink) {
    for (int row = 0; row < texts.length; row++) {
      if (before + (batch.isEmpty(row) ? 1 : 0) < length) {
        sink.accept(row, ids[row][index]);
      }
    }
  }

  /** The random numbers of a text, as the loop in a graph gets them. */
  private static final class TextNumbers {
    private final RowRandom random;
    private final long row;
    private final IterationSize size;
    private final int classes;
    private final float[] ofIteration;
    private long token;

    TextNumbers(RowRandom random, long row, IterationSize size, int classes) {
      this.random = random;
      this.row = row;
      this.size = size;
      this.classes = classes;
      ofIteration = new float[size.randomNumbers()];
    }

    /** Returns a number in [0, 1) for a text without a prime. */
    double beforeText() {
      return random.uniform(RowRandom.POSITION_BEFORE_TEXT, new long[] {row})[0];
    }

    /** Returns the index of the numbers of the next token, one for each class. */
    int next() {
      int index = (int) (token % size.tokens());
      if (index == 0) {
        random.fill(ofIteration, 0, ofIteration.length, token / size.tokens(), row);
      }
      token++;
      return index * classes;
    }
  }

  /** One text. */
  private static final class Text {
    private final ArrayNetwork.Text network;
    private final RowSampler sampler;
    private final TextNumbers numbers;
    private final MeasuredTeam team;
    private final int[] prime;
    private int last;

    Text(
        ArrayNetwork.Text network,
        RowSampler sampler,
        TextNumbers numbers,
        MeasuredTeam team,
        int[] prime) {
      this.network = network;
      this.sampler = sampler;
      this.numbers = numbers;
      this.team = team;
      this.prime = prime;
    }

    /** Reads the prime without its last token, which {@link #next} reads. */
    void readPrime() {
      if (prime.length > 0) {
        network.read(Arrays.copyOf(prime, prime.length - 1));
        last = prime[prime.length - 1];
      }
    }

    /** Samples the first token of a text without a prime, uniformly from all tokens. */
    int start(AllowedTokens allowed) {
      last = allowed.at(numbers.beforeText());
      return last;
    }

    /** Samples more tokens. */
    int[] next(int count) {
      return IntStream.generate(this::next).limit(count).toArray();
    }

    private int next() {
      int first = numbers.next();
      float[] logits =
          team.measure(
              chosen -> {
                network.read(last, chosen);
                return network.logits(chosen);
              });
      last = sampler.sample(logits, last, numbers.ofIteration, first);
      return last;
    }
  }

  @Override
  public void close() {
    team.close();
  }
}
