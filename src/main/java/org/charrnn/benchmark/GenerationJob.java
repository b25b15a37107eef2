package org.charrnn.benchmark;

import java.util.stream.IntStream;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.RandomWeights;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.measure.Flops;
import org.charrnn.text.Vocabulary;

/** Generates texts in parallel with random weights. A step is one character of each text. */
public final class GenerationJob implements Job {
  private static final int[] PRIME = {0};
  private static final long WEIGHT_SEED = 0;

  private final GenerationModel model;

  /** Characters from '!' on that a text can have. */
  public static final int MAX_CHARACTERS =
      Character.MAX_CODE_POINT + 1 - '!' - (Character.MAX_SURROGATE - Character.MIN_SURROGATE + 1);

  private final ModelConfig network;
  private final int texts;
  private long seed;

  /**
   * Opens the model.
   *
   * @param network with at most {@link #MAX_CHARACTERS} classes
   * @param texts number of texts, at least 1
   */
  public GenerationJob(ModelConfig network, int texts) {
    this.network = network;
    this.texts = texts;
    StringBuilder characters = new StringBuilder();
    IntStream.iterate('!', c -> c + 1)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .limit(network.classes())
        .forEach(characters::appendCodePoint);
    model =
        GenerationModel.open(
            network,
            Vocabulary.of(characters.toString()),
            SamplingConfig.PLAIN,
            RandomWeights.of(network, WEIGHT_SEED),
            SessionSettings.allCores());
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
    return Flops.ofToken(network) * texts;
  }

  @Override
  public void close() {
    model.close();
  }
}
