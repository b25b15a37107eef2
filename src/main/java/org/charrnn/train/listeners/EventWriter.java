package org.charrnn.train.listeners;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;
import org.charrnn.store.events.EventFile;
import org.charrnn.text.Level;
import org.charrnn.train.Report;
import org.charrnn.train.Trainer;
import org.charrnn.train.TrainingListener;

/** Writes events for TensorBoard: losses, speed, histograms of the weights, samples. */
public final class EventWriter implements TrainingListener {
  private static final String VALIDATION = "validation/";

  private final EventFile file;
  private final Trainer trainer;
  private final Level level;

  /**
   * @param file not closed by the listener
   * @param level of the tokens, which decides the units of losses
   */
  public EventWriter(EventFile file, Trainer trainer, Level level) {
    this.file = file;
    this.trainer = trainer;
    this.level = level;
  }

  /** Makes TensorBoard drop the events after the checkpoint that a killed training wrote. */
  @Override
  public void onStart(TrainingProgress progress) throws IOException {
    if (progress.equals(TrainingProgress.START)) {
      file.resumeAt(0);
      file.histograms(0, "weights", trainer.weights());
    } else {
      file.resumeAt(progress.step() + 1);
    }
  }

  @Override
  public void onReport(Report report) throws IOException {
    HistoryRow row = report.row();
    Map<String, Double> values = new LinkedHashMap<>();
    putLoss(values, "train/", row.meanLossNats());
    values.put("train/learning_rate", row.learningRate().doubleValue());
    values.put("train/gradient_norm", row.gradientNorm());
    values.put("train/tokens_per_second", row.tokensPerSecond());
    if (row.validationNats() != null) {
      putLoss(values, VALIDATION, row.validationNats());
    }
    file.scalars(row.step(), values);
  }

  @Override
  public void onLateValidation(TrainingProgress progress, double nats) throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    putLoss(values, VALIDATION, nats);
    file.scalars(progress.step(), values);
  }

  private void putLoss(Map<String, Double> values, String group, double nats) {
    values.put(group + "loss", nats);
    if (level == Level.CHARACTER) {
      values.put(group + "bits_per_character", nats / Math.log(2));
    } else {
      values.put(group + "perplexity", Math.exp(nats));
    }
  }

  @Override
  public void onSave(Report report) throws IOException {
    file.histograms(report.step(), "weights", trainer.weights());
    file.force();
  }

  /** Writes a sampled text. */
  public void sample(long step, String text) throws IOException {
    file.text(step, "samples", text);
  }
}
