package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --data} alone learns a short text. */
class SmallTextIT {
  @TempDir Path directory;

  /** Trains with default settings on the beginning of a text and returns the last loss, in nats. */
  private double train(String text, Path run) throws IOException {
    Path file = Files.writeString(directory.resolve("text.txt"), text);
    Run.of("train", "--data", file, "--run", run).assertDone();
    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    return Double.parseDouble(history.get(history.size() - 1).split(",", -1)[2]);
  }

  /** English, then a shell script; neither changes. */
  private static String text(int length) throws IOException {
    String text = Files.readString(Path.of("LICENSE")) + Files.readString(Path.of("mvnw"));
    int start = text.indexOf("TERMS AND CONDITIONS");
    return text.substring(start, start + length);
  }

  @Test
  void textOf650CharactersIsLearnedByHeart() throws IOException {
    String text = text(650);
    Path run = directory.resolve("run");
    assertThat(train(text, run)).isLessThan(0.05);
    Run sampled =
        Run.of("sample", run, "--prime", text.substring(0, 5), "--length", "600", "--greedy");
    assertThat(String.join("\n", sampled.assertDone().out())).isEqualTo(text.substring(0, 605));
  }

  @Test
  void textOf20000CharactersIsLearned() throws IOException {
    assertThat(train(text(20_000), directory.resolve("run"))).isLessThan(1.0);
  }
}
