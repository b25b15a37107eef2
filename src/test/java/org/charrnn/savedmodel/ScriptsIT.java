package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.store.TrainedModel;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/generate.py} and {@code scripts/finetune.py} on the lab, trained in Java. */
class ScriptsIT {
  private static final Path GENERATE = Path.of("scripts/generate.py");
  private static final Path FINETUNE = Path.of("scripts/finetune.py");

  @TempDir private static Path directory;

  private static Python python;
  private static Path savedModel;

  @BeforeAll
  static void trainLab() throws IOException {
    python = Python.get();
    savedModel = Exported.create(ExampleModel.LAB, 500, directory.resolve("lab")).path();
  }

  @Test
  void greedyGoesOnWithTheSentence() throws IOException {
    Python.Result result =
        python.run(
            GENERATE, savedModel, "if you want", "--length", 19, "--temperature", 0, "--count", 2);
    String sentence = "if you want to build a ship, d";
    assertThat(result).isEqualTo(new Python.Result(0, sentence + "\n\n" + sentence, ""));
  }

  @Test
  void wrongArgumentsAreToldInOneLine() throws IOException {
    assertThat(python.run(GENERATE, savedModel, "Zou"))
        .isEqualTo(
            new Python.Result(1, "", "generate: characters that are not in the vocabulary: `Z`"));
    assertThat(python.run(GENERATE, savedModel, "you", "--length", -1).err())
        .isEqualTo("generate: length must be at least 0, got -1");
  }

  @Test
  void learnsAnotherTextThatJavaReadsThen() throws IOException {
    String another = "people want to teach the sea to assign tasks. ";
    Path text = Files.writeString(directory.resolve("another.txt"), another.repeat(20));
    Path tuned = directory.resolve("tuned");
    Python.Result result =
        python.run(
            FINETUNE,
            savedModel,
            text,
            tuned,
            "--steps",
            100,
            "--sequence-length",
            20,
            "--learning-rate",
            0.02);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).matches("step 50/100: .* nats\nstep 100/100: .* nats");
    assertThat(TrainedModel.open(tuned).vocabulary().tokens())
        .isEqualTo(ExampleModel.LAB.vocabulary().tokens());
    List<Object> greedy = List.of(tuned, "people want", "--length", 34, "--temperature", 0);
    assertThat(python.run(GENERATE, greedy.toArray()).out()).isEqualTo(another.strip());
  }
}
