package org.charrnn.benchmark;

import java.util.stream.IntStream;
import org.charrnn.model.Flops;
import org.charrnn.model.GenerationModel;
import org.charrnn.model.ModelConfig;
import org.charrnn.sample.SamplingConfig;
import org.charrnn.text.Vocabulary;

/** Texts written side by side by untrained weights; a step is a character in each. */
public final class GenerationJob implements Job {
  private static final SamplingConfig AS_IT_IS = new SamplingConfig(1, 0, 1, false);
  private static final int[] PRIME = {0};

  private final GenerationModel model;
  private final ModelConfig network;
  private final int texts;
  private long seed;

  /**
   * Builds the network.
   *
   * @param texts written at once, at least 1
   */
  public GenerationJob(ModelConfig network, int texts) {
    this.network = network;
    this.texts = texts;
    StringBuilder characters = new StringBuilder();
    IntStream.iterate('!', c -> c + 1)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .limit(network.classes())
        .forEach(characters::appendCodePoint);
    model = new GenerationModel(network, Vocabulary.of(characters.toString()), AS_IT_IS);
  }

  @Override
  public void run(int steps) {
    model.generate(PRIME, steps, texts, seed++, (row, id) -> {});
  }

  @Override
  public long charactersPerStep() {
    return texts;
  }

  @Override
  public double flopsPerStep() {
    return Flops.ofCharacter(network) * texts;
  }

  @Override
  public void close() {
    model.close();
  }
}
