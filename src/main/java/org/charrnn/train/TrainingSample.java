package org.charrnn.train;

import java.util.List;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.GenerationModel;
import org.charrnn.model.ModelConfig;
import org.charrnn.sample.SamplingConfig;
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
    StringBuilder text = new StringBuilder();
    try (GenerationModel model = new GenerationModel(config, vocabulary, AS_LEARNED)) {
      model.setWeights(weights);
      model.generate(
          new int[0], length, 1, seed + step, (row, id) -> text.append(vocabulary.token(id)));
    } catch (InputException e) {
      throw new DivergedException("loss", step, Float.NaN); // as the next batch would find
    }
    return text.toString();
  }
}
