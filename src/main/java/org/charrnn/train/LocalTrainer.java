package org.charrnn.train;

import java.util.List;
import java.util.function.LongConsumer;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingModel.NotFiniteException;
import org.charrnn.model.TrainingModel.Seen;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TokenRange;
import org.charrnn.train.LabTraining.DivergedException;

/** Takes every step on this machine, on the whole batch at once. */
public final class LocalTrainer implements Trainer {
  private final TrainingModel model;
  private final TrainingConfig config;
  private final StreamBatcher text;
  private BatchFeed batches; // from the first step on

  /**
   * @param model taken over: it is closed with this
   * @param text to learn
   */
  public LocalTrainer(TrainingModel model, TrainingConfig config, StreamBatcher text) {
    this.model = model;
    this.config = config;
    this.text = text;
  }

  @Override
  public int stepsTogether() {
    return 1;
  }

  @Override
  public void train(long from, long to) throws DivergedException {
    if (batches == null) {
      batches = new BatchFeed(model, text, from);
    }
    for (long step = from; step < to; step++) {
      if (step % text.batches() == 0) {
        model.startStreams();
      }
      try {
        model.train(batches.next(), config.learningRate(step / text.batches()), step);
      } catch (NotFiniteException e) {
        throw new DivergedException(e.what(), step, e.value());
      }
    }
  }

  @Override
  public Seen seen() {
    return model.seen();
  }

  @Override
  public void startCounting() {
    model.startCounting();
  }

  @Override
  public double meanLossNats(TokenRange other, LongConsumer progress) {
    return Evaluation.of(model, other, progress).meanLossNats();
  }

  @Override
  public List<VariableValue> weights() {
    return model.weights();
  }

  @Override
  public List<VariableValue> variables() {
    return model.variables();
  }

  @Override
  public List<String> variableNames() {
    return model.variableNames();
  }

  @Override
  public void setVariables(List<VariableValue> values) {
    model.setVariables(values);
  }

  @Override
  public void close() {
    if (batches != null) {
      batches.close();
    }
    model.close();
  }
}
