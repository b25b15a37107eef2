package org.charrnn.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.store.InitialWeights;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Windows;

/** A run of the original graph in Python, as {@code scripts/record_lab.py} writes it. */
final class Recording {
  private final Path directory;
  private final JsonNode lab;
  private final Vocabulary vocabulary;
  private final Windows windows;

  private Recording(Path directory, JsonNode lab) {
    this.directory = directory;
    this.lab = lab;
    String text = lab.get("text").asText();
    vocabulary = Vocabulary.of(text);
    windows = Windows.of(vocabulary.encode(text), lab.get("sequence_length").asInt());
  }

  static Recording open(Path directory) {
    try {
      Path lab = directory.resolve("lab.json");
      return new Recording(directory, new ObjectMapper().readTree(lab.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The original's network. */
  ModelConfig network() {
    return ModelConfig.lab(vocabulary.size(), lab.get("hidden").asInt(), lab.get("layers").asInt());
  }

  float learningRate() {
    return (float) lab.get("learning_rate").asDouble();
  }

  /** Opens a session with a checkpoint's weights, {@code initial} or {@code trained}. */
  TrainingSession open(String checkpoint, ComputeKernel kernel) {
    return TrainingSession.open(
        Setups.lab(network(), windows, kernel, 0),
        TrainingStart.weights(
            InitialWeights.read(directory.resolve(checkpoint), network().weightShapes())),
        SessionSettings.allCores());
  }

  /** Returns the trainer of the lab with a checkpoint's weights. */
  LabTrainer trainer(String checkpoint, ComputeKernel kernel) {
    return new LabTrainer(open(checkpoint, kernel), windows, learningRate(), step -> false);
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  Windows windows() {
    return windows;
  }

  /** The recorded vocabulary, in the order of its ids. */
  List<String> characters() {
    return strings("vocabulary");
  }

  int windowCount() {
    return lab.get("windows").asInt();
  }

  long parameters() {
    return lab.get("parameters").asLong();
  }

  /** The prediction for each window after training. */
  List<String> rowsAfterTraining() {
    return strings("rows_after_training");
  }

  String finalSentence() {
    return lab.get("final").asText();
  }

  /** The loss before each step, in nats. */
  float[] losses() {
    float[][] rows = csv("losses.csv");
    float[] losses = new float[rows.length];
    for (int step = 0; step < rows.length; step++) {
      losses[step] = rows[step][0];
    }
    return losses;
  }

  /** Logits of the first windows before training, {@code [windows * sequence][classes]}. */
  float[][] logitsAtStep0() {
    return csv("logits_step0.csv");
  }

  /** Logits of the first windows after training, {@code [windows * sequence][classes]}. */
  float[][] logitsTrained() {
    return csv("logits_trained.csv");
  }

  private List<String> strings(String field) {
    List<String> strings = new ArrayList<>();
    lab.get(field).forEach(node -> strings.add(node.asText()));
    return strings;
  }

  private float[][] csv(String file) {
    try {
      return Files.readAllLines(directory.resolve(file)).stream()
          .map(line -> floats(line.split(",", -1)))
          .toArray(float[][]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] floats(String[] cells) {
    float[] numbers = new float[cells.length];
    for (int i = 0; i < cells.length; i++) {
      numbers[i] = Float.parseFloat(cells[i]);
    }
    return numbers;
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
