package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/predict.py} on the lab, trained in Java. */
class PredictScriptIT {
  private static final Path SCRIPT = Path.of("scripts/predict.py");

  @TempDir private static Path directory;

  private static Python python;
  private static Path savedModel;

  @BeforeAll
  static void trainLab() throws IOException {
    python = Python.get();
    savedModel = Exported.create(ExampleModel.LAB, 500, directory.resolve("lab")).path();
  }

  /** The first character is not told by what is before it, so any that occurs may be guessed. */
  @Test
  void printsTheCharacterExpectedAfterEachOne() throws IOException {
    Python.Result result = python.run(SCRIPT, savedModel, "if you wan");
    assertThat(result.out()).matches("if you wan -> . you want");
    assertThat(result).isEqualTo(new Python.Result(0, result.out(), ""));
  }

  @Test
  void goesOnWithTheText() throws IOException {
    Python.Result result = python.run(SCRIPT, savedModel, "if you wan", "--length", 59);
    String sentence = "if you want to build a ship, don't drum up people together to collect";
    assertThat(result).isEqualTo(new Python.Result(0, sentence, ""));
  }

  @Test
  void namesACharacterThatTheModelDoesNotHave() throws IOException {
    assertBadInput("predict: the model has no character 'Z'", savedModel, "if Zou");
  }

  @Test
  void refusesAnEmptyText() throws IOException {
    assertBadInput("predict: the text is empty", savedModel, "");
  }

  @Test
  void refusesALengthBelowOne() throws IOException {
    assertBadInput("predict: --length must be at least 1, got 0", savedModel, "if", "--length", 0);
  }

  @Test
  void saysWhereThereIsNoSavedModel() throws IOException {
    Path run = savedModel.getParent();
    assertBadInput(
        "predict: no SavedModel at " + run + "; give the saved_model of a run", run, "if");
  }

  @Test
  void saysThatAModelIsDamaged() throws IOException {
    Path damaged = Exported.create(ExampleModel.LAB, 0, directory.resolve("damaged")).path();
    Files.delete(damaged.resolve("variables/variables.index"));
    assertThat(python.run(SCRIPT, damaged, "if"))
        .isEqualTo(
            new Python.Result(
                1, "", "predict: cannot load " + damaged + ": its files are damaged"));
  }

  private static void assertBadInput(String message, Object... arguments) throws IOException {
    assertThat(python.run(SCRIPT, arguments)).isEqualTo(new Python.Result(2, "", message));
  }
}
