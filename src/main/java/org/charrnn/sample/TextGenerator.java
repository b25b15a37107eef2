package org.charrnn.sample;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.charrnn.InputException;
import org.charrnn.sample.LanguageModel.Decoder;

/**
 * Writes texts, several at once: the model reads a prime, then each token that was chosen.
 *
 * <p>Each text draws from a generator of its own, one number for each token, so a text is the same
 * whatever the number of texts beside it, as long as the model's logits are. Not for use from
 * several threads at once.
 */
public final class TextGenerator {
  private final LanguageModel model;
  private final SamplingConfig config;
  private final TokenSampler sampler;
  private final IntPredicate whitespace;

  /** Takes tokens as they are made: one for each row, then the next one for each row. */
  @FunctionalInterface
  public interface TokenSink {
    void accept(int row, int id);
  }

  /**
   * Makes a generator.
   *
   * @param model stays the caller's
   * @param whitespace tells whether a word may start after a token
   * @param forbidden ids that are never generated, such as the unknown symbol's
   */
  public TextGenerator(
      LanguageModel model, SamplingConfig config, IntPredicate whitespace, int... forbidden) {
    this.model = model;
    this.config = config;
    this.whitespace = whitespace;
    sampler = new TokenSampler(config, model.vocabularySize(), forbidden);
  }

  /**
   * Writes texts.
   *
   * @param prime what comes before each text and is not part of it. Without one the first token of
   *     each text is drawn from all tokens alike, as in char-rnn, even if the rest is greedy
   * @param length tokens of each text, at least 1
   * @param count texts, at least 1
   * @param seed decides all draws
   */
  public void generate(int[] prime, int length, int count, long seed, TokenSink sink) {
    requirePositive("--length", length);
    requirePositive("--count", count);
    SplittableRandom[] random = generators(seed, count);
    int[] ids = new int[count];
    float[][] logits = new float[count][]; // no logits where nothing was read
    try (Decoder decoder = model.start(1)) {
      if (prime.length > 0) {
        Arrays.fill(logits, decoder.read(prime));
        Arrays.fill(ids, prime[prime.length - 1]);
      }
      decoder.select(new int[count]); // every text goes on from the one prime
      for (int i = 0; i < length; i++) {
        if (i > 0) {
          logits = decoder.step(ids);
        }
        for (int row = 0; row < count; row++) {
          ids[row] = next(ids[row], logits[row], random[row].nextDouble());
          sink.accept(row, ids[row]);
        }
      }
    }
  }

  private int next(int previous, float[] logits, double u) {
    if (logits == null) {
      return sampler.uniform(u);
    }
    boolean insideWord = !whitespace.test(previous);
    return config.whitespace() && insideWord ? sampler.greedy(logits) : sampler.sample(logits, u);
  }

  /** Row r's generator starts from the r-th number of the seed's. */
  private static SplittableRandom[] generators(long seed, int count) {
    SplittableRandom seeds = new SplittableRandom(seed);
    SplittableRandom[] generators = new SplittableRandom[count];
    for (int row = 0; row < count; row++) {
      generators[row] = new SplittableRandom(seeds.nextLong());
    }
    return generators;
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new InputException("%s must be at least 1, got %d".formatted(option, value));
    }
  }
}
