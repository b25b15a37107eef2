package org.charrnn.bulk;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.charrnn.InputException;
import org.charrnn.engine.Engine;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.Work;
import org.charrnn.model.GenerationModel;
import org.charrnn.sample.SamplingConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Vocabulary;

/**
 * Writes texts from many primes. Each is the text that its prime gives alone, whoever writes it.
 *
 * @param length tokens of each text after its prime, at least 1
 * @param count texts from each prime, at least 1
 * @param seed decides what is drawn, for each prime anew
 */
public record BulkGeneration(SamplingConfig sampling, int length, int count, long seed)
    implements Serializable {
  /** More would keep an engine busy with handing them out. */
  private static final int MOST_ITEMS = 1000;

  public BulkGeneration {
    require("--length", length);
    require("--count", count);
  }

  private static void require(String option, int value) {
    if (value < 1) {
      throw new InputException(option + " must be at least 1, got " + value);
    }
  }

  /** Neighbouring primes, as ids. */
  private record Primes(ArrayList<int[]> ids) implements Serializable {}

  /** The texts of each prime, without the prime. */
  private record Texts(ArrayList<List<String>> byPrime) implements Serializable {}

  /**
   * Writes the texts.
   *
   * @param primes ids of what comes before each text
   * @return for each prime its texts, without the prime
   */
  public List<List<String>> write(Engine engine, TrainedModel model, List<int[]> primes) {
    int size = Math.max(1, (primes.size() + MOST_ITEMS - 1) / MOST_ITEMS);
    List<Primes> items = new ArrayList<>();
    for (int from = 0; from < primes.size(); from += size) {
      items.add(
          new Primes(new ArrayList<>(primes.subList(from, Math.min(from + size, primes.size())))));
    }
    String owner = UUID.randomUUID().toString();
    try {
      return engine.map(new Writing(owner, this), SharedModel.of(model), items).stream()
          .flatMap(texts -> texts.byPrime().stream())
          .toList();
    } finally {
      engine.release(owner);
    }
  }

  /** A model at work, and what its ids mean. */
  private record Writer(GenerationModel model, Vocabulary vocabulary) implements AutoCloseable {
    static Writer create(SharedModel shared, SamplingConfig sampling) {
      Vocabulary vocabulary = shared.vocabulary();
      GenerationModel model = new GenerationModel(shared.network(), vocabulary, sampling);
      model.setWeights(shared.weightValues());
      return new Writer(model, vocabulary);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private record Writing(String owner, BulkGeneration settings)
      implements Work<SharedModel, Primes, Texts> {

    @Override
    public Texts apply(SharedModel shared, Primes primes) {
      return TaskCache.use(
          owner,
          Writer.class,
          () -> Writer.create(shared, settings.sampling),
          writer -> {
            ArrayList<List<String>> texts = new ArrayList<>();
            primes.ids().forEach(prime -> texts.add(write(writer, prime)));
            return new Texts(texts);
          });
    }

    private List<String> write(Writer writer, int[] prime) {
      List<StringBuilder> texts = new ArrayList<>();
      for (int i = 0; i < settings.count; i++) {
        texts.add(new StringBuilder());
      }
      writer
          .model()
          .generate(
              prime,
              settings.length,
              settings.count,
              settings.seed,
              (row, id) -> texts.get(row).append(writer.vocabulary().token(id)));
      return new ArrayList<>(texts.stream().map(StringBuilder::toString).toList());
    }
  }
}
