package org.charrnn.train;

import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.StepModel;
import org.charrnn.sample.SamplingConfig;
import org.charrnn.sample.TextGenerator;
import org.charrnn.text.Vocabulary;
import org.charrnn.train.LabTraining.DivergedException;

/** A text that tells a person what weights have learned so far. */
final class TrainingSample {
  private static final SamplingConfig AS_LEARNED = new SamplingConfig(1, 0, 1, false);

  private TrainingSample() {}

  /**
   * Writes a text by a model of its own, so that the training does not notice.
   *
   * @param step steps done; with the seed it decides what is drawn
   * @throws DivergedException if the weights give no probabilities
   */
  static String write(
      ModelConfig config,
      List<VariableValue> weights,
      Vocabulary vocabulary,
      int length,
      long seed,
      long step)
      throws DivergedException {
    int[] forbidden = IntStream.range(0, vocabulary.size()).filter(vocabulary::isUnknown).toArray();
    StringBuilder text = new StringBuilder();
    try (StepModel model = new StepModel(config)) {
      model.setWeights(weights);
      new TextGenerator(model, AS_LEARNED, id -> true, forbidden)
          .generate(
              new int[0], length, 1, seed + step, (row, id) -> text.append(vocabulary.token(id)));
    } catch (InputException e) {
      throw new DivergedException("loss", step, Float.NaN); // as the next batch would find
    }
    return text.toString();
  }
}
