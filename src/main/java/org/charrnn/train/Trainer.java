package org.charrnn.train;

import java.util.List;
import java.util.function.LongConsumer;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.training.StepStatistics;
import org.charrnn.text.TokenRanges;

/**
 * Takes the steps of a training and holds the weights. Step k trains on batch k of the text,
 * counted on from epoch to epoch; with each epoch the streams start again with a zero state.
 */
public interface Trainer extends AutoCloseable {
  /** Steps in an epoch: batches of the training text. */
  long stepsPerEpoch();

  /** Steps that are taken together, without weights in between. */
  default int stepsTogether() {
    return 1;
  }

  /**
   * Takes steps.
   *
   * @param from the first step, which follows those taken before
   * @param to one more than the last step
   * @throws DivergedException if a loss or a gradient norm is not finite; that step and those after
   *     it have changed nothing
   */
  void train(long from, long to) throws DivergedException;

  /** Returns the statistics of the steps since {@link #resetStatistics}. */
  StepStatistics statistics();

  /** Starts new statistics. */
  void resetStatistics();

  /**
   * Evaluates a text as {@link Evaluation} does, without training and without dropout.
   *
   * @param progress receives the number of tokens predicted so far
   * @return mean loss of a token, in nats
   */
  double meanLossNats(TokenRanges text, LongConsumer progress);

  /** Returns the weights. */
  List<VariableValue> weights();

  /** Returns all variables that a checkpoint holds: weights, optimizer, carried state. */
  List<VariableValue> variables();

  @Override
  void close();
}
