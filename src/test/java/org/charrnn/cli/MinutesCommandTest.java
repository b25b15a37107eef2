package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.model.CellKind;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code charrnn train --minutes}, run in this JVM. */
class MinutesCommandTest {
  private static final String DATA = "model.data-00000-of-00001";

  @TempDir Path directory;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(40));
  }

  private Run train(String... options) {
    List<String> args = new ArrayList<>(List.of("train", "--data", text.toString()));
    args.addAll(List.of(options));
    return Run.of(args);
  }

  /**
   * What is chosen does not depend on the time any more once the run has started. What is given
   * stays as it is.
   */
  @ParameterizedTest
  @ValueSource(strings = {"--level=char", "--level=word"})
  void runEqualsOneWithTheSameSettings(String level) throws IOException {
    Path chosen = directory.resolve("chosen");
    Run run =
        train(
            "--run=" + chosen,
            "--minutes=0.3",
            "--cell=gru",
            "--layers=1",
            "--batch-size=3",
            "--sequence-length=7",
            "--learning-rate=0.25",
            "--save-every=11",
            "--validation=0.1",
            level);
    run.assertDone();
    assertThat(run.err())
        .anyMatch(line -> line.startsWith("charrnn: chosen for --minutes 0.3: --hidden "))
        .anyMatch(line -> line.startsWith("charrnn: hidden size: this machine trains "))
        .anyMatch(line -> line.startsWith("charrnn: dropout: the text is read "));
    Path repeated = directory.resolve("repeated");
    train("--run=" + repeated, "--config=" + chosen.resolve("config.json")).assertDone();
    RunConfig config = RunDirectory.open(chosen).config();
    TrainingConfig training = config.training();
    assertThat(config.model().cell()).isEqualTo(CellKind.GRU);
    assertThat(config.model().layers()).isEqualTo(1);
    assertThat(training.batch()).isEqualTo(new BatchShape(3, 7));
    assertThat(training.schedule().learningRate()).isEqualTo(0.25f);
    assertThat(training.saving().saveEvery()).isEqualTo(11);
    assertThat(RunDirectory.open(repeated).config()).isEqualTo(config);
    String checkpoint = "checkpoints/step-" + config.training().steps() + "/" + DATA;
    assertThat(repeated.resolve(checkpoint)).hasSameBinaryContentAs(chosen.resolve(checkpoint));
  }

  @Test
  void networkOfInitialWeightsStaysAsItIs() {
    Path first = directory.resolve("first");
    train("--run=" + first, "--steps=2", "--hidden=9", "--validation=0").assertDone();
    Path second = directory.resolve("second");
    train("--run=" + second, "--minutes=0.3", "--init-from=" + first).assertDone();
    assertThat(RunDirectory.open(second).config().model())
        .isEqualTo(RunDirectory.open(first).config().model());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --minutes=0 | --minutes must be above 0 and at most 10080, got 0.0
          --minutes=-1 | --minutes must be above 0 and at most 10080, got -1.0
          --minutes=NaN | --minutes must be above 0 and at most 10080, got NaN
          --minutes=20000 | --minutes must be above 0 and at most 10080, got 20000.0
          --minutes=1 --steps=5 | --minutes chooses the number of steps; leave out --steps
          --minutes=1 --epochs=5 | --minutes chooses the number of steps; leave out --epochs
          --minutes=1 --slices=2 | --minutes measures this machine; it cannot be used with
          --minutes=0.001 --hidden=4 | --minutes 0.001 is over before the first step
          """)
  void impossibleTimesAreErrors(String options, String message) {
    Path run = directory.resolve("run");
    List<String> args = new ArrayList<>(List.of(options.split(" ")));
    args.add("--run=" + run);
    train(args.toArray(String[]::new)).assertRejected(message);
    assertThat(run).doesNotExist();
  }
}
