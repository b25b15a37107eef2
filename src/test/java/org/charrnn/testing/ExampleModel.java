package org.charrnn.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Windows;
import org.charrnn.train.LabText;

/**
 * A small model for tests.
 *
 * @param text the training text, which also determines the vocabulary
 * @param hidden the hidden size
 * @param layers the number of layers
 */
public record ExampleModel(String text, int hidden, int layers) {
  /** The model of lab 12-4. */
  public static final ExampleModel LAB = new ExampleModel(LabText.SENTENCE, 25, 2);

  /** All sizes differ, and the text has characters of one to four bytes in UTF-8. */
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

  /** Returns the untrained model, which the caller closes. */
  public LabSession open() {
    return open(windows(), TrainingStart.RANDOM);
  }

  private LabSession open(Windows windows, TrainingStart start) {
    return LabSession.open(
        LabSession.setup(config(), windows, ComputeKernel.OPS, SEED),
        start,
        windows,
        LEARNING_RATE);
  }

  /** Trains a model and returns its weights. */
  public List<VariableValue> train(int steps) {
    try (LabSession session = open()) {
      for (int step = 0; step < steps; step++) {
        session.train();
      }
      return session.weights();
    }
  }

  /**
   * Returns the logits of the training graph, {@code [batch][time][classes]}.
   *
   * @param weights the weights of the model
   * @param x the token IDs, {@code [batch][time]}
   */
  public float[][][] logits(List<VariableValue> weights, int[][] x) {
    try (LabSession session = open(new Windows(x, x), TrainingStart.weights(weights))) {
      return session.logits();
    }
  }

  /** Creates a run directory for the model. */
  public RunDirectory createRun(Path path) throws IOException {
    Windows windows = windows();
    RunConfig config =
        new RunConfig(
            "test",
            RunKind.LAB,
            config(),
            new TextConfig(
                Level.CHARACTER,
                false,
                List.of(),
                "UTF-8",
                "report",
                text.codePointCount(0, text.length()),
                ""),
            TrainingConfig.lab(
                new BatchShape(windows.count(), windows.sequenceLength()),
                0,
                LEARNING_RATE,
                1,
                SEED),
            ComputeKernel.OPS,
            Slicing.NONE,
            null);
    return RunDirectory.create(path, config, vocabulary());
  }
}
