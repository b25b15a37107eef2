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
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run in which something is a link to what others own: that is read, never changed. */
class LinksTest {
  @TempDir private static Path directory;
  private static Path whole;

  @TempDir private Path place;
  private Path run;
  private Path others;

  @BeforeAll
  static void train() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(2));
    whole = directory.resolve("run");
    String options =
        "--hidden=3 --layers=1 --batch-size=2 --sequence-length=5 --sample-length=0 --steps=6"
            + " --save-every=1 --validation=0.1";
    assertDone(
        Stream.concat(
                Stream.of("train", "--data=" + text, "--run=" + whole),
                Stream.of(options.split(" ")))
            .toArray(String[]::new));
  }

  private static void assertDone(String... args) {
    Run run = Run.of(args);
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
  }

  @BeforeEach
  void copy() throws IOException {
    run = place.resolve("run");
    others = Files.createDirectory(place.resolve("others"));
    PathUtils.copyDirectory(whole, run);
  }

  /** Moves a file or directory of the run away and leaves a link to it. */
  private void link(String name) throws IOException {
    Path path = run.resolve(name);
    Path away = others.resolve(path.getFileName());
    if (Files.exists(path)) {
      Files.move(path, away);
    } else {
      Files.writeString(Files.createDirectories(away).resolve("notes.txt"), "mine");
    }
    Files.createSymbolicLink(path, away);
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(others)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            others.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
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
        "checkpoints/step-2", // is deleted
        "checkpoints/step-6",
        "checkpoints/.step-7.0-0-1.tmp", // as if a training had been killed
        ".saved_model.0-0-1.old",
        "saved_model",
        "saved_model/variables",
        "saved_model/saved_model.pb"
      })
  void whatIsLinkedToIsNotChanged(String name) throws IOException {
    link(name);
    Map<String, String> before = contents();
    assertDone("train", "--resume", run.toString(), "--steps", "9");
    assertDone("export", run.toString(), run.resolve("saved_model").toString());
    assertDone("sample", run.toString(), "--length", "3");
    assertDone("train", "--run", run.toString(), "--steps", "1", "--listing", "none");
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void anExportTakesThePlaceOfALinkNotOfWhatItLeadsTo() throws IOException {
    link("saved_model");
    Map<String, String> before = contents();
    Path to = run.resolve("saved_model");
    assertDone("export", run.resolve("checkpoints/step-3").toString(), to.toString());
    assertThat(to).isDirectory();
    assertThat(Files.isSymbolicLink(to)).isFalse();
    assertThat(contents()).isEqualTo(before);
  }

  /** A name in a file of the run does not lead out of the run. */
  @ParameterizedTest
  @ValueSource(strings = {"../../others", "/etc", "step-6/../../../others", "step-6\u0000"})
  void aPointerLeadsToNoOtherPlace(String name) throws IOException {
    Files.writeString(run.resolve("checkpoints/latest"), name + "\n");
    Files.writeString(run.resolve("checkpoints/best"), name + "\n");
    Run inspect = Run.of("inspect", run.toString());
    assertThat(inspect).isEqualTo(Run.of("inspect", whole.toString()));
  }
}
