package org.charrnn.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.config.TextConfig;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.Kernel;
import org.charrnn.model.LabModel;
import org.charrnn.model.ModelConfig;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.Windows;
import org.charrnn.train.LabConfig;

/** A model to try things on: its text and its sizes. */
public record ExampleModel(String text, int hidden, int layers) {
  /** The lab's. */
  public static final ExampleModel LAB = new ExampleModel(LabConfig.SENTENCE, 25, 2);

  /** Every size another one, and characters of one to four bytes. */
  public static final ExampleModel DEEP =
      new ExampleModel("배를 만들고 싶다면 🚢, 사람들에게 넓은 바다를 그리워하게 하라 🌊 é!", 7, 3);

  public static final int SEQUENCE_LENGTH = 10;
  public static final float LEARNING_RATE = 0.1f;
  private static final long SEED = 1;

  public Vocabulary vocabulary() {
    return Vocabulary.of(text);
  }

  public ModelConfig config() {
    return ModelConfig.lab(vocabulary().size(), hidden, layers);
  }

  public Windows windows() {
    return Windows.of(vocabulary().encode(text), SEQUENCE_LENGTH);
  }

  /** Returns the model before training; the caller closes it. */
  public LabModel open() {
    return open(windows());
  }

  private LabModel open(Windows windows) {
    return new LabModel(config(), windows, Kernel.OPS, LEARNING_RATE, SEED);
  }

  /** Trains and returns the weights. */
  public List<VariableValue> train(int steps) {
    try (LabModel model = open()) {
      for (int step = 0; step < steps; step++) {
        model.train();
      }
      return model.weights();
    }
  }

  /**
   * Returns the logits that the training graph gives, {@code [batch][time][classes]}.
   *
   * @param x {@code [batch][time]}
   */
  public float[][][] logits(List<VariableValue> weights, int[][] x) {
    try (LabModel model = open(new Windows(x, x))) {
      model.setWeights(weights);
      return model.logits();
    }
  }

  /** Makes a run directory for the model. */
  public RunDirectory createRun(Path path) throws IOException {
    RunConfig config =
        new RunConfig(
            "test",
            config(),
            new TextConfig(
                Level.CHARACTER,
                false,
                List.of(),
                "UTF-8",
                "report",
                text.codePointCount(0, text.length()),
                ""),
            TrainingConfig.lab(windows().count(), SEQUENCE_LENGTH, 0, LEARNING_RATE, SEED),
            Kernel.OPS,
            null);
    return RunDirectory.create(path, config, vocabulary());
  }
}
