package org.charrnn.model.generation;

import java.util.Arrays;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.RowRandom;
import org.charrnn.decoding.RowSampler;
import org.charrnn.model.ArrayNetwork;
import org.charrnn.model.ModelConfig;

/** One text that is being generated on Java arrays: the same as in a row of a {@link TextBatch}. */
final class SingleText {
  private final ArrayNetwork.Text text;
  private final RowSampler sampler;
  private final IterationSize size;
  private final int classes;
  private final RowRandom random;
  private final long row;
  private final float[] numbers; // of an iteration of the loop in a graph
  private int last;
  private int generated; // tokens, without the first one of a text without a prime

  /**
   * Starts a text.
   *
   * @param row the number of the text
   */
  SingleText(
      ArrayNetwork network, RowSampler sampler, ModelConfig config, RowRandom random, long row) {
    text = network.start();
    this.sampler = sampler;
    size = IterationSize.of(config);
    classes = config.classes();
    this.random = random;
    this.row = row;
    numbers = new float[size.randomNumbers()];
  }

  /** Reads all tokens of a prime but the last, which {@link #next} reads. */
  void read(int[] prime) {
    int before = prime.length - 1;
    text.read(Arrays.copyOf(prime, before));
    last = prime[before];
  }

  /** Samples the first token of a text without a prime, uniformly from all tokens. */
  int first(AllowedTokens allowed) {
    last = allowed.at(random.uniform(RowRandom.POSITION_BEFORE_TEXT, new long[] {row})[0]);
    return last;
  }

  /** Reads the last token and samples the next one. */
  int next() {
    int index = generated % size.tokens();
    if (index == 0) {
      random.fill(numbers, 0, numbers.length, generated / size.tokens(), row);
    }
    text.read(last);
    last = sampler.sample(text.logits(), last, numbers, index * classes);
    generated++;
    return last;
  }
}
