package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program in a JVM of its own, with signals, pipes, locales and full disks. */
class ProgramIT {
  @TempDir Path directory;

  private ProcessBuilder start(List<String> command) {
    return Program.builder(command, directory.resolve("err.txt"));
  }

  private List<String> err() throws IOException {
    return Program.messages(directory.resolve("err.txt"));
  }

  @Test
  void signalStopsAfterStepAndSaves() throws Exception {
    Path run = directory.resolve("run");
    Process process = start(Program.command("lab", "--run", run, "--steps", "1000000")).start();
    List<String> out = new ArrayList<>();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        out.add(line);
        if (line.startsWith("300 0 ")) {
          process.toHandle().destroy(); // SIGTERM, which the JVM treats like Ctrl-C
        }
      }
    }
    assertThat(process.waitFor()).isEqualTo(128 + 15);
    assertThat(err()).singleElement().asString().matches("charrnn: stopped after \\d+ steps, .*");
    assertThat(out.get(out.size() - 1)).endsWith(LabText.SENTENCE.substring(2));
    List<String> history = Files.readAllLines(run.resolve("history.csv"));
    assertThat(history).hasSizeGreaterThan(300).hasSizeLessThan(100_000);
    int steps = history.size() - 1;
    assertThat(run.resolve("checkpoints/step-" + steps + "/model.index")).isNotEmptyFile();
    assertThat(run.resolve("saved_model/saved_model.pb")).isNotEmptyFile();
    assertThat(run).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void trainingContinuesWhenReaderIsGone() throws Exception {
    Path run = directory.resolve("run");
    Process process =
        start(Program.command("lab", "--run", run, "--steps", "30", "--listing", "all")).start();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(reader.readLine()).isEqualTo("0 if you wan -> f you want");
    }
    assertThat(process.waitFor()).isZero();
    assertThat(run.resolve("saved_model/saved_model.pb")).isNotEmptyFile();
  }

  @Test
  void exportsOfTwoProcessesAreEqual() throws Exception {
    String model = "src/test/resources/saved_model/tf2";
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    Run.of("export", model, first).assertDone();
    assertThat(start(Program.command("export", model, second)).start().waitFor()).isZero();
    for (String file :
        List.of("saved_model.pb", "variables/variables.index", "assets/vocabulary.json")) {
      assertThat(second.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
    }
  }

  @Test
  void outputIsUtf8InEveryLocale() throws Exception {
    Path text = Files.writeString(directory.resolve("text.txt"), "가나다라마바사아자차카타파하");
    ProcessBuilder builder =
        start(
            Program.command(
                "lab", "--text", text, "--run", directory.resolve("r"), "--steps", "0"));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(out).startsWith("0 가나다라마바사아자차 -> 나다라마바사아자차카\n");
  }

  /**
   * The disk is full while the files of the run, a checkpoint or the SavedModel are written. Its
   * space in bytes is enough for what is known to be needed before.
   */
  @ParameterizedTest
  @ValueSource(strings = {"nr_inodes=4", "nr_inodes=5", "nr_inodes=8", "size=320k", "size=400k"})
  void fullDiskIsReportedAndLeavesNoIncompleteFile(String limit) throws Exception {
    Program.assumeMounts();
    Path disk = Files.createDirectory(directory.resolve("disk"));
    String quoted =
        String.join("' '", Program.command("lab", "--run", disk.resolve("run"), "--steps", "3"));
    String script =
        """
        mount -t tmpfs -o %s tmpfs '%s' || exit 99
        '%s'; code=$?
        cd '%s' && find . -name . -o -print; exit $code
        """
            .formatted(limit, disk, quoted, disk);
    Process process = start(List.of("unshare", "-rm", "sh", "-c", script)).start();
    List<String> out = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(err())
        .singleElement()
        .asString()
        .matches("charrnn: cannot write .*: No space left on device; free some space .*");
    List<String> files = out.stream().filter(line -> line.startsWith("./")).toList();
    assertThat(files).noneMatch(file -> file.contains("tmp") || file.contains("saved_model"));
  }
}
