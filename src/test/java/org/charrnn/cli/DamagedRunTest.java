package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Deletes or damages one file of a run, for each file in turn. A command then either does the same
 * as with the intact run or names the file in one line; commands that do not need the file succeed.
 */
class DamagedRunTest {
  private static final String LAST = "checkpoints/step-40/model.data-00000-of-00001";

  /** The best and the latest checkpoint represent all checkpoints. */
  private static final String BEST_STEP = "checkpoints/step-10/";

  private static final String LATEST_STEP = "checkpoints/step-30/";

  @TempDir private static Path directory;
  private static Path intact;
  private static byte[] weightsAfterResuming;

  @TempDir Path copies;
  private Path run;

  /** The validation text is unlike the training text, so the validation loss rises. */
  @BeforeAll
  static void train() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), text());
    intact = directory.resolve("run");
    String[] options =
        "--hidden=16 --layers=1 --batch-size=8 --sequence-length=10 --save-every=10 --steps=30"
            .split(" ");
    List<String> args =
        List.of(
            "train",
            "--data=" + text,
            "--run=" + intact,
            "--validation=0.1",
            "--validation-from=end",
            "--decay-rate=1",
            "--learning-rate=0.1",
            "--sample-length=0");
    Run.of(Stream.concat(args.stream(), Stream.of(options)).toArray()).assertDone();
    assertThat(intact.resolve("checkpoints/best")).hasContent("step-10\n");
    assertThat(intact.resolve("checkpoints/latest")).hasContent("step-30\n");

    Path resumed = directory.resolve("resumed");
    PathUtils.copyDirectory(intact, resumed);
    Run.of("train", "--resume", resumed, "--steps", "40").assertDone();
    weightsAfterResuming = Files.readAllBytes(resumed.resolve(LAST));
  }

  private static String text() {
    String start = LabText.SENTENCE.repeat(8);
    SplittableRandom random = new SplittableRandom(1);
    String shuffled =
        random
            .ints(160, 0, LabText.SENTENCE.length())
            .mapToObj(i -> LabText.SENTENCE.substring(i, i + 1))
            .collect(Collectors.joining());
    return start + shuffled;
  }

  @BeforeEach
  void copy() throws IOException {
    run = copies.resolve("run");
    PathUtils.copyDirectory(intact, run);
  }

  private enum Damage {
    DELETED,
    CUT_IN_HALF,
    LAST_BYTE_MISSING,
    BIT_FLIPPED_IN_MIDDLE;

    void apply(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      switch (this) {
        case DELETED -> Files.delete(file);
        case CUT_IN_HALF -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        case LAST_BYTE_MISSING -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        case BIT_FLIPPED_IN_MIDDLE -> {
          bytes[bytes.length / 2] ^= 1;
          Files.write(file, bytes);
        }
      }
    }
  }

  static Stream<Arguments> filesAndDamages() throws IOException {
    try (Stream<Path> files = Files.walk(intact)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> intact.relativize(file).toString())
          .filter(file -> !file.equals(".lock"))
          .filter(file -> !file.contains("step-") || file.matches(".*step-[13]0.*"))
          .sorted()
          .flatMap(
              file ->
                  Arrays.stream(Damage.values())
                      .filter(d -> d != Damage.BIT_FLIPPED_IN_MIDDLE || hasChecksum(file))
                      .map(damage -> Arguments.of(file, damage)))
          .toList()
          .stream();
    }
  }

  /** The history and the events have no checksums. */
  private static boolean hasChecksum(String file) {
    return !file.contains("history") && !file.contains("events");
  }

  @ParameterizedTest
  @MethodSource("filesAndDamages")
  void damagedFileIsNamedOrNotNeeded(String file, Damage damage) throws IOException {
    damage.apply(run.resolve(file));
    assertSameOrNamed(file, "sample", "", "--length=30", "--seed=7");
    assertSameOrNamed(file, "sample", "saved_model", "--length=30", "--seed=7");
    assertSameOrNamed(file, "inspect", "");
    if (file.startsWith(BEST_STEP)) {
      assertSameOrNamed("nothing", "sample", LATEST_STEP, "--length=30", "--seed=7");
    } else if (file.startsWith(LATEST_STEP)) {
      assertSameOrNamed("nothing", "sample", BEST_STEP, "--length=30", "--seed=7");
      assertSameOrNamed(file, "sample", LATEST_STEP, "--length=30", "--seed=7");
    } else if (file.startsWith("saved_model")) {
      assertSameOrNamed(file, "inspect", "saved_model");
    }
    Run resumed = Run.of("train", "--resume", run, "--steps", "40");
    if (resumed.exitCode() != 0) {
      assertNamed(resumed, file);
    } else {
      assertThat(run.resolve(LAST)).hasBinaryContent(weightsAfterResuming);
    }
    if (file.startsWith(LATEST_STEP)) {
      Run.of("train", "--resume", run.resolve(BEST_STEP), "--steps", "40").assertDone();
      assertThat(run.resolve(LAST)).hasBinaryContent(weightsAfterResuming);
    }
  }

  /** Compares a command on a part of the damaged run with the same command on the intact run. */
  private void assertSameOrNamed(String file, String command, String part, String... options) {
    Run damaged = run(command, run.resolve(part), options);
    if (damaged.exitCode() == 0) {
      Run expected = run(command, intact.resolve(part), options);
      assertThat(damaged.out()).as(command + " " + part).isEqualTo(expected.out());
    } else {
      assertNamed(damaged, file);
    }
  }

  private static Run run(String command, Path model, String... options) {
    return Run.of(Stream.concat(Stream.of(command, model), Stream.of(options)).toArray());
  }

  private void assertNamed(Run rejected, String file) {
    assertThat(rejected.exitCode()).as("%s", rejected.err()).isEqualTo(2);
    assertThat(rejected.out()).isEmpty();
    assertThat(rejected.err()).allMatch(line -> line.matches("(charrnn: |step \\d+/).*"));
    assertThat(rejected.err().get(rejected.err().size() - 1))
        .contains(file.substring(file.lastIndexOf('/') + 1))
        .contains(run.toString());
  }
}
