package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Training on a disk that is full or read-only, which {@code unshare} mounts. Existing checkpoints
 * stay complete.
 */
class SmallDiskIT {
  @TempDir Path directory;
  private Path disk;
  private Path run;
  private Path text;

  @BeforeAll
  static void requireMounts() throws Exception {
    Program.assumeMounts();
  }

  @BeforeEach
  void createDirectories() throws IOException {
    disk = Files.createDirectory(directory.resolve("disk"));
    run = disk.resolve("run");
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(4));
  }

  private List<String> training(int steps) {
    List<String> args = new ArrayList<>(List.of("train", "--data", text.toString(), "--run"));
    args.add(run.toString());
    String options =
        "--hidden 32 --layers 1 --batch-size 4 --sequence-length 10 --save-every 2"
            + " --sample-length 0 --validation 0.1 --steps "
            + steps;
    args.addAll(List.of(options.split(" ")));
    return args;
  }

  /** Runs a shell script that may mount file systems and returns its output. */
  private List<String> shell(String script) throws Exception {
    Process process =
        Program.builder(List.of("unshare", "-rm", "sh", "-c", script), directory.resolve("err.txt"))
            .start();
    List<String> out = process.inputReader(UTF_8).lines().toList();
    process.waitFor();
    return out;
  }

  private static String quoted(List<String> args) {
    return "'" + String.join("' '", Program.command(args.toArray())) + "'";
  }

  private List<String> err() throws IOException {
    return Program.messages(directory.resolve("err.txt"));
  }

  /** A checkpoint has about 100 kB and a SavedModel 200 kB, so only the first ones fit. */
  @ParameterizedTest
  @ValueSource(strings = {"256k", "420k", "600k"})
  void checkpointsWrittenBeforeDiskWasFullAreComplete(String size) throws Exception {
    List<String> out =
        shell(
            """
            mount -t tmpfs -o size=%s tmpfs '%s' || exit 99
            %s >&2; echo trained $?
            find '%s' -name '.*.tmp'
            for checkpoint in '%s'/checkpoints/step-*; do
              echo $(basename "$checkpoint")
              %s "$checkpoint" --length 20 --seed 1 >/dev/null; echo sampled $?
            done
            """
                .formatted(size, disk, quoted(training(40)), run, run, quoted(List.of("sample"))));
    assertThat(out.get(0)).isEqualTo("trained 1");
    assertThat(err()).last().asString().contains("cannot write ", "No space left on device");
    List<String> rest = out.subList(1, out.size());
    assertThat(rest).hasSizeGreaterThanOrEqualTo(2).contains("sampled 0");
    assertThat(rest).allMatch(line -> line.matches("step-\\d+|sampled 0"));
  }

  /** The text is a pipe that nobody writes to, so reading it would hang. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void diskThatIsTooSmallIsReportedBeforeTextIsRead() throws Exception {
    List<String> args = training(40);
    args.set(2, directory.resolve("pipe").toString());
    List<String> out =
        shell(
            """
            mount -t tmpfs -o size=100k tmpfs '%s' || exit 99
            mkfifo '%s'
            %s >&2; echo trained $?
            ls -A '%s'
            """
                .formatted(disk, args.get(2), quoted(args), disk));
    assertThat(out).containsExactly("trained 2");
    assertThat(err())
        .singleElement()
        .asString()
        .matches(
            "charrnn: .*/run needs about 0[.]\\d MB for two checkpoints and the SavedModel, and 0.1"
                + " MB are free; .*");
  }

  @Test
  void readOnlyRunIsReadButNotResumed() throws Exception {
    List<String> out =
        shell(
            """
            mount -t tmpfs tmpfs '%s' || exit 99
            %s >/dev/null 2>&1; echo trained $?
            mount -o remount,ro '%s' || exit 99
            for command in sample inspect; do
              %s $command '%s' >/dev/null; echo $command $?
            done
            %s; echo resumed $?
            %s; echo exported $?
            """
                .formatted(
                    disk,
                    quoted(training(2)),
                    disk,
                    quoted(List.of()),
                    run,
                    quoted(List.of("train", "--resume", run.toString(), "--steps", "4")),
                    quoted(List.of("export", run.toString(), disk.resolve("model").toString()))));
    assertThat(out).containsSubsequence("trained 0", "sample 0", "inspect 0");
    assertThat(out)
        .containsAnyOf("resumed 1", "resumed 2")
        .containsAnyOf("exported 1", "exported 2");
    Stream<String> failures =
        err().stream().filter(line -> line.startsWith("charrnn: cannot write"));
    assertThat(failures)
        .as("%s", err())
        .hasSize(2)
        .allMatch(line -> line.contains(disk.toString()));
  }
}
