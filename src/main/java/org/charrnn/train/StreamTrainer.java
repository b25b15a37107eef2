package org.charrnn.train;

import java.util.List;
import java.util.function.LongConsumer;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.training.NotFiniteException;
import org.charrnn.model.training.StepStatistics;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.settings.LearningRates;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.batches.StreamBatcher;

/** Trains on streams of text on this machine, each step on a whole batch. */
public final class StreamTrainer implements Trainer {
  private final TrainingSession session;
  private final LearningRates rates;
  private final StreamBatcher text;
  private BatchFeed batches; // null before the first step

  /**
   * @param session closed with the trainer
   * @param text to train on
   */
  public StreamTrainer(TrainingSession session, LearningRates rates, StreamBatcher text) {
    this.session = session;
    this.rates = rates;
    this.text = text;
  }

  @Override
  public long stepsPerEpoch() {
    return text.batches();
  }

  @Override
  public void train(long from, long to) throws DivergedException {
    if (batches == null) {
      batches = new BatchFeed(session, text, from);
    }
    for (long step = from; step < to; step++) {
      if (step % text.batches() == 0) {
        session.state().resetCarriedState();
      }
      try {
        session.train(batches.next(), rates.rate(step, text.batches()), step);
      } catch (NotFiniteException e) {
        throw DivergedException.of(e, step);
      }
    }
  }

  @Override
  public StepStatistics statistics() {
    return session.state().statistics();
  }

  @Override
  public void resetStatistics() {
    session.state().resetStatistics();
  }

  @Override
  public double meanLossNats(TokenRanges other, LongConsumer progress) {
    return Evaluation.of(session.evaluator(), other, progress).meanLossNats();
  }

  @Override
  public List<VariableValue> weights() {
    return session.state().weights();
  }

  @Override
  public List<VariableValue> variables() {
    return session.state().variables();
  }

  @Override
  public void close() {
    if (batches != null) {
      batches.close();
    }
    session.close();
  }
}
