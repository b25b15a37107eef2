package org.charrnn.train;

import java.util.function.LongConsumer;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.TrainingModel;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenRange;
import org.charrnn.train.LabTraining.DivergedException;

/** Takes every step on this machine, on the whole batch at once. */
public final class LocalTrainer extends ModelTrainer {
  private BatchFeed batches; // from the first step on

  /**
   * @param model taken over: it is closed with this
   * @param text to learn
   */
  public LocalTrainer(TrainingModel model, TrainingConfig config, StreamBatcher text) {
    super(model, config, text);
  }

  @Override
  public void train(long from, long to) throws DivergedException {
    if (batches == null) {
      batches = new BatchFeed(model, text, from);
    }
    takeEach(from, to, (step, rate) -> model.train(batches.next(), rate, step));
  }

  @Override
  public double meanLossNats(TokenRange other, LongConsumer progress) {
    return Evaluation.of(model, other, progress).meanLossNats();
  }

  @Override
  public void close() {
    if (batches != null) {
      batches.close();
    }
    super.close();
  }
}
