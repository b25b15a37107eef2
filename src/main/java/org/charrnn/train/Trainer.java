package org.charrnn.train;

import java.util.List;
import java.util.function.LongConsumer;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.TrainingModel.Seen;
import org.charrnn.text.TokenRange;
import org.charrnn.train.LabTraining.DivergedException;

/**
 * Takes the steps of a training and holds what they change. Step k learns from batch k of the text,
 * counted on from epoch to epoch; streams start anew with each epoch.
 */
public interface Trainer extends AutoCloseable {

  /** Steps that are taken together: in between there is nothing to look at. */
  int stepsTogether();

  /**
   * Takes steps.
   *
   * @param from the first, the one after those taken before
   * @param to the one after the last
   * @throws DivergedException if a loss or a gradient is infinite or not a number; then the steps
   *     from that one on have changed nothing
   */
  void train(long from, long to) throws DivergedException;

  /** What the steps since {@link #startCounting} saw. */
  Seen seen();

  /** Forgets what steps saw. */
  void startCounting();

  /**
   * Reads a text without learning from it and without dropout, as {@link Evaluation} does.
   *
   * @param progress is told how many tokens have been predicted
   * @return the mean loss of a token, in nats
   */
  double meanLossNats(TokenRange text, LongConsumer progress);

  /** The weights as they are now. */
  List<VariableValue> weights();

  /** All that decides the steps to come: weights, the optimizer's variables, carried state. */
  List<VariableValue> variables();

  /** Names of {@link #variables()}. */
  List<String> variableNames();

  /** Replaces some of {@link #variables()}. */
  void setVariables(List<VariableValue> values);

  @Override
  void close();
}
