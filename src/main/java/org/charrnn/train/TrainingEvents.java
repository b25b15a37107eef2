package org.charrnn.train;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.store.EventFile;
import org.charrnn.store.HistoryRow;
import org.charrnn.text.Level;

/** What TensorBoard shows of a training. */
final class TrainingEvents {
  private final EventFile file;
  private final Level level;

  TrainingEvents(EventFile file, Level level) {
    this.file = file;
    this.level = level;
  }

  /** Says which step is the next: what a training that was killed told of it is forgotten. */
  void goOnAt(long step) throws IOException {
    file.goOnAt(step);
  }

  /** Writes the numbers of a row of the history; losses are in nats. */
  void line(HistoryRow row) throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    putLoss(values, "train/", row.meanLossNats());
    values.put("train/learning_rate", row.learningRate().doubleValue());
    values.put("train/gradient_norm", row.gradientNorm());
    values.put("train/tokens_per_second", row.tokensPerSecond());
    if (row.validationNats() != null) {
      putLoss(values, "validation/", row.validationNats());
    }
    file.scalars(row.step(), values);
  }

  private void putLoss(Map<String, Double> values, String group, double nats) {
    values.put(group + "loss", nats);
    if (level == Level.CHARACTER) {
      values.put(group + "bits_per_character", nats / Math.log(2));
    } else {
      values.put(group + "perplexity", Math.exp(nats));
    }
  }

  void weights(long step, List<VariableValue> weights) throws IOException {
    file.histograms(step, "weights", weights);
  }

  void sample(long step, String text) throws IOException {
    file.text(step, "samples", text);
  }
}
