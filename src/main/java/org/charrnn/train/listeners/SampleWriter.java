package org.charrnn.train.listeners;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.generation.GenerationModel.TokenSink;
import org.charrnn.text.Vocabulary;
import org.charrnn.train.DivergedException;
import org.charrnn.train.Report;
import org.charrnn.train.Trainer;
import org.charrnn.train.TrainingListener;

/**
 * Samples a text whenever the training is saved. It uses a model of its own, so the training takes
 * the same steps with and without it.
 */
public final class SampleWriter implements TrainingListener {
  private final Trainer trainer;
  private final ModelConfig config;
  private final Vocabulary vocabulary;
  private final int length;
  private final long seed;
  private final List<SampleSink> sinks;
  private final BooleanSupplier isStopped;

  /** Receives the sampled texts. */
  @FunctionalInterface
  public interface SampleSink {
    /**
     * Shows a text.
     *
     * @param step steps done
     */
    void accept(long step, String text) throws IOException;
  }

  /**
   * @param length tokens of each text, at least 1
   * @param seed determines, with the step, the sampled tokens
   * @param isStopped whether the training was asked to stop; then it does not wait for a sample
   */
  public SampleWriter(
      Trainer trainer,
      ModelConfig config,
      Vocabulary vocabulary,
      int length,
      long seed,
      List<SampleSink> sinks,
      BooleanSupplier isStopped) {
    this.trainer = trainer;
    this.config = config;
    this.vocabulary = vocabulary;
    this.length = length;
    this.seed = seed;
    this.sinks = List.copyOf(sinks);
    this.isStopped = isStopped;
  }

  @Override
  public void onSave(Report report) throws IOException, DivergedException {
    if (isStopped.getAsBoolean()) {
      return;
    }
    String text = sample(trainer.weights(), report.step());
    if (isStopped.getAsBoolean()) {
      return; // the text is not complete
    }
    for (SampleSink sink : sinks) {
      sink.accept(report.step(), text);
    }
  }

  private String sample(List<VariableValue> weights, long step) throws DivergedException {
    StringBuilder text = new StringBuilder();
    try (GenerationModel model =
        GenerationModel.open(
            config, vocabulary, SamplingConfig.PLAIN, weights, SessionSettings.SEQUENTIAL)) {
      TokenSink sink =
          new TokenSink() {
            @Override
            public void accept(int row, int id) {
              text.append(vocabulary.token(id));
            }

            @Override
            public boolean isDone() {
              return isStopped.getAsBoolean();
            }
          };
      model.generate(new int[0], length, 1, seed + step, sink);
    } catch (InputException e) {
      throw new DivergedException("loss", step, Float.NaN); // as the next step would find
    }
    return text.toString();
  }
}
