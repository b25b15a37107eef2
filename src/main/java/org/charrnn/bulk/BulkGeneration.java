package org.charrnn.bulk;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
import org.charrnn.model.SessionSettings;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.generation.GenerationModel.TokenSink;
import org.charrnn.model.generation.PrimeBatch;
import org.charrnn.model.generation.StepModel;
import org.charrnn.settings.SettingException;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Vocabulary;

/**
 * Generates texts from many primes, in batches. A text depends on its prime, its row and the seed,
 * not on the batch or the machine in which it is generated: the rows of the prime with index i are
 * i * count, i * count + 1 and so on. So all are those that an exported model generates from the
 * same list of primes.
 *
 * @param length tokens of each text after its prime, at least 1
 * @param count texts from each prime, at least 1
 * @param seed determines, with the rows, the sampled tokens
 * @param until ends texts before their length
 * @param probabilities whether to compute those of the tokens
 * @param session how TensorFlow runs: with several threads, rows are computed side by side
 */
public record BulkGeneration(
    SamplingConfig sampling,
    int length,
    int count,
    long seed,
    StopString until,
    boolean probabilities,
    SessionSettings session)
    implements Serializable {
  /** Texts to generate at once on this machine: with more, a step takes longer accordingly. */
  public static final int BATCH_SIZE = 128;

  /** Texts to generate at once in a task, so that a file of some hundred lines makes several. */
  public static final int BATCH_SIZE_OF_TASK = 32;

  public BulkGeneration {
    require("length", length);
    require("count", count);
  }

  private static void require(String setting, int value) {
    if (value < 1) {
      throw new SettingException(setting, "must be at least 1, got " + value);
    }
  }

  /**
   * A prime.
   *
   * @param index counted from 0, such as that of its line in a file
   * @param ids that texts continue
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of data; nobody compares values by equals
  public record Prime(long index, int[] ids) {}

  /** Receives texts. */
  @FunctionalInterface
  public interface TextSink {
    /**
     * Receives a text.
     *
     * @param index of its prime
     * @param text without the prime
     */
    void accept(long index, GeneratedText text);
  }

  /** The texts of a batch, without their primes. */
  @SuppressWarnings("ArrayRecordComponent") // as above
  private record Texts(long[] rows, ArrayList<GeneratedText> texts) implements Serializable {}

  /**
   * Generates the texts.
   *
   * @param primes read as they are needed, in the order of their indices
   * @param batchSize maximum number of texts that are generated at once
   * @param sink receives the texts in the order of the primes, each as soon as it and those before
   *     it are done
   */
  public void generate(
      Engine engine, TrainedModel model, Iterator<Prime> primes, int batchSize, TextSink sink) {
    Deque<PrimeBatches.Row> expected = new ArrayDeque<>();
    Map<Long, GeneratedText> done = new HashMap<>(); // by row, waiting for texts before them
    try (TaskOwner owner = TaskOwner.of(engine)) {
      engine.mapEach(
          new GenerationWork(owner.name(), this),
          SharedModel.of(model),
          new PrimeBatches(primes, count, length, batchSize, expected::add),
          batch -> {
            for (int i = 0; i < batch.rows().length; i++) {
              done.put(batch.rows()[i], batch.texts().get(i));
            }
            while (!expected.isEmpty() && done.containsKey(expected.peek().number())) {
              PrimeBatches.Row row = expected.poll();
              sink.accept(row.prime().index(), done.remove(row.number()));
            }
          });
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
          GenerationModel.open(
              shared.network(), vocabulary, settings.sampling, weights, settings.session);
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
      implements Work<SharedModel, PrimeBatch, Texts> {

    @Override
    public Texts apply(SharedModel shared, PrimeBatch batch) {
      return TaskCache.use(
          owner,
          Generator.class,
          () -> Generator.open(shared, settings),
          generator -> new Texts(batch.rows(), new ArrayList<>(generate(generator, batch))));
    }

    private List<GeneratedText> generate(Generator generator, PrimeBatch batch) {
      List<GeneratedText.Builder> rows =
          Stream.generate(
                  () -> new GeneratedText.Builder(settings.until, generator.vocabulary()::token))
              .limit(batch.size())
              .toList();
      generator
          .model()
          .generate(
              batch,
              settings.length,
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
          : GeneratedText.withProbabilities(texts, generator.steps(), batch.primes());
    }
  }
}
