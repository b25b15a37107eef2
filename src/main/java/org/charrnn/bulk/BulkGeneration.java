package org.charrnn.bulk;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.GeneratedText;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.decoding.StopString;
import org.charrnn.decoding.TextEnd;
import org.charrnn.engine.Closeables;
import org.charrnn.engine.Engine;
import org.charrnn.engine.TaskCache;
import org.charrnn.engine.TaskOwner;
import org.charrnn.engine.Work;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.generation.GenerationModel.TokenSink;
import org.charrnn.model.generation.StepModel;
import org.charrnn.settings.SettingException;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Vocabulary;

/**
 * Generates texts from many primes. Each text is the one that its prime gives alone, wherever it is
 * generated.
 *
 * @param length tokens of each text after its prime, at least 1
 * @param count texts from each prime, at least 1
 * @param seed determines the sampled tokens, in the same way for each prime
 * @param until ends texts before their length
 * @param probabilities whether to compute those of the tokens
 */
public record BulkGeneration(
    SamplingConfig sampling,
    int length,
    int count,
    long seed,
    StopString until,
    boolean probabilities)
    implements Serializable {
  /** With more tasks, an engine would be busy distributing them. */
  private static final int MAX_TASKS = 1000;

  public BulkGeneration {
    require("length", length);
    require("count", count);
  }

  private static void require(String setting, int value) {
    if (value < 1) {
      throw new SettingException(setting, "must be at least 1, got " + value);
    }
  }

  /** Neighbouring primes, as ids. */
  private record Primes(ArrayList<int[]> ids) implements Serializable {}

  /** The texts of each prime, without the prime. */
  private record Texts(ArrayList<ArrayList<GeneratedText>> byPrime) implements Serializable {}

  /**
   * Generates the texts.
   *
   * @param primes ids that the texts continue
   * @return the texts of each prime, without the prime
   */
  public List<List<GeneratedText>> generate(Engine engine, TrainedModel model, List<int[]> primes) {
    int size = Math.max(1, (primes.size() + MAX_TASKS - 1) / MAX_TASKS);
    List<Primes> items = new ArrayList<>();
    for (int from = 0; from < primes.size(); from += size) {
      items.add(
          new Primes(new ArrayList<>(primes.subList(from, Math.min(from + size, primes.size())))));
    }
    try (TaskOwner owner = TaskOwner.of(engine)) {
      return engine
          .map(new GenerationWork(owner.name(), this), SharedModel.of(model), items)
          .stream()
          .flatMap(texts -> texts.byPrime().stream())
          .<List<GeneratedText>>map(texts -> texts)
          .toList();
    }
  }

  /**
   * An open model and its vocabulary.
   *
   * @param steps computes probabilities; null if they are not asked for
   */
  private record Generator(GenerationModel model, StepModel steps, Vocabulary vocabulary)
      implements AutoCloseable {
    static Generator open(SharedModel shared, BulkGeneration settings) {
      Vocabulary vocabulary = shared.vocabulary();
      List<VariableValue> weights = shared.weightValues();
      GenerationModel model =
          GenerationModel.open(shared.network(), vocabulary, settings.sampling, weights);
      try {
        StepModel steps = settings.probabilities ? StepModel.open(shared.network(), weights) : null;
        return new Generator(model, steps, vocabulary);
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
    }

    @Override
    public void close() {
      Closeables.closeAll(steps == null ? List.of(model) : List.of(model, steps));
    }
  }

  private record GenerationWork(String owner, BulkGeneration settings)
      implements Work<SharedModel, Primes, Texts> {

    @Override
    public Texts apply(SharedModel shared, Primes primes) {
      return TaskCache.use(
          owner,
          Generator.class,
          () -> Generator.open(shared, settings),
          generator -> {
            ArrayList<ArrayList<GeneratedText>> texts = new ArrayList<>();
            primes.ids().forEach(prime -> texts.add(new ArrayList<>(generate(generator, prime))));
            return new Texts(texts);
          });
    }

    private List<GeneratedText> generate(Generator generator, int[] prime) {
      List<GeneratedText.Builder> rows = new ArrayList<>();
      for (int i = 0; i < settings.count; i++) {
        rows.add(new GeneratedText.Builder(settings.until, generator.vocabulary()::token));
      }
      generator
          .model()
          .generate(
              prime,
              settings.length,
              settings.count,
              settings.seed,
              new TokenSink() {
                @Override
                public void accept(int row, int id) {
                  rows.get(row).add(id);
                }

                @Override
                public boolean isDone() {
                  return GeneratedText.allEnded(rows);
                }
              });
      List<GeneratedText> texts = rows.stream().map(row -> row.build(TextEnd.LENGTH)).toList();
      return generator.steps() == null
          ? texts
          : GeneratedText.withProbabilities(texts, generator.steps(), prime);
    }
  }
}
