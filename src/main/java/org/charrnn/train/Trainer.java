package org.charrnn.train;

import java.util.List;
import java.util.function.LongConsumer;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.training.StepStatistics;
import org.charrnn.text.TokenRanges;

/**
 * Takes the steps of a training and holds the weights. Step k trains on batch k of the text,
 * counted across all epochs; at the start of each epoch the state of the streams is zero.
 */
public interface Trainer extends AutoCloseable {
  /** Steps in an epoch: batches of the training text. */
  long stepsPerEpoch();

  /** Size of a group of steps that are taken together: weights exist only after the last. */
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
