package org.charrnn.train;

import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingModel.NotFiniteException;
import org.charrnn.model.TrainingModel.Seen;
import org.charrnn.text.StreamBatcher;
import org.charrnn.train.LabTraining.DivergedException;

/** A trainer whose weights, optimizer and state are those of a model in this JVM. */
abstract sealed class ModelTrainer implements Trainer permits LocalTrainer, SlicedTrainer {
  final TrainingModel model;
  final TrainingConfig config;
  final StreamBatcher text;

  /**
   * @param model taken over: {@link #close} closes it
   * @param text to learn
   */
  ModelTrainer(TrainingModel model, TrainingConfig config, StreamBatcher text) {
    this.model = model;
    this.config = config;
    this.text = text;
  }

  /** One step, which changes the model. */
  interface Step {
    void take(long step, float learningRate) throws NotFiniteException;
  }

  /** Takes steps one after the other, the model's streams starting anew with each epoch. */
  final void takeEach(long from, long to, Step one) throws DivergedException {
    for (long step = from; step < to; step++) {
      if (step % text.batches() == 0) {
        model.startStreams();
      }
      try {
        one.take(step, config.learningRate(step / text.batches()));
      } catch (NotFiniteException e) {
        throw new DivergedException(e.what(), step, e.value());
      }
    }
  }

  @Override
  public int stepsTogether() {
    return 1;
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
    model.close();
  }
}
