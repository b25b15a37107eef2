package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run in which a file or directory is a link. Its target is read, but never changed. */
class LinksTest {
  @TempDir private static Path directory;
  private static Path original;

  @TempDir private Path copies;
  private Path run;
  private Path targets;

  @BeforeAll
  static void train() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(2));
    original = directory.resolve("run");
    String options =
        "--hidden=3 --layers=1 --batch-size=2 --sequence-length=5 --sample-length=0 --steps=6"
            + " --save-every=1 --validation=0.1";
    Run.of(
            Stream.concat(
                    Stream.of("train", "--data=" + text, "--run=" + original),
                    Stream.of(options.split(" ")))
                .toArray())
        .assertDone();
  }

  @BeforeEach
  void copy() throws IOException {
    run = copies.resolve("run");
    targets = Files.createDirectory(copies.resolve("targets"));
    PathUtils.copyDirectory(original, run);
  }

  /** Moves a file or directory out of the run and leaves a link to it. */
  private void link(String name) throws IOException {
    Path path = run.resolve(name);
    Path target = targets.resolve(path.getFileName());
    if (Files.exists(path)) {
      Files.move(path, target);
    } else {
      Files.writeString(Files.createDirectories(target).resolve("notes.txt"), "mine");
    }
    Files.createSymbolicLink(path, target);
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(targets)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            targets.relativize(file).toString(),
            HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    assertThat(contents).isNotEmpty();
    return contents;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "vocabulary.json",
        "history.csv",
        "checkpoints/latest",
        "checkpoints/best",
        "checkpoints/step-2", // an old one, which is deleted
        "checkpoints/step-6",
        "checkpoints/.step-7.0-0-1.tmp", // as after a kill
        ".saved_model.0-0-1.old",
        "saved_model",
        "saved_model/variables",
        "saved_model/saved_model.pb"
      })
  void targetOfLinkIsNotChanged(String name) throws IOException {
    link(name);
    Map<String, String> before = contents();
    Run.of("train", "--resume", run, "--steps", "9").assertDone();
    Run.of("export", run, run.resolve("saved_model")).assertDone();
    Run.of("sample", run, "--length", "3").assertDone();
    Run.of("lab", "--run", run, "--steps", "1", "--listing", "none").assertDone();
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void exportReplacesLinkInsteadOfItsTarget() throws IOException {
    link("saved_model");
    Map<String, String> before = contents();
    Path to = run.resolve("saved_model");
    Run.of("export", run.resolve("checkpoints/step-3"), to).assertDone();
    assertThat(to).isDirectory();
    assertThat(Files.isSymbolicLink(to)).isFalse();
    assertThat(contents()).isEqualTo(before);
  }

  /** The name of a checkpoint in a file of the run cannot point outside the run. */
  @ParameterizedTest
  @ValueSource(strings = {"../../targets", "/etc", "step-6/../../../targets", "step-6\u0000"})
  void checkpointNameOutsideRunIsIgnored(String name) throws IOException {
    Files.writeString(run.resolve("checkpoints/latest"), name + "\n");
    Files.writeString(run.resolve("checkpoints/best"), name + "\n");
    assertThat(Run.of("inspect", run)).isEqualTo(Run.of("inspect", original));
  }
}
