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
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run of which one file is lost or damaged, for each of its files in turn: a command either does
 * just what it does with the whole run, or names the file in one line; what does not need the file
 * goes on.
 */
class DamagedRunTest {
  private static final String LAST = "checkpoints/step-40/model.data-00000-of-00001";

  /** Two checkpoints stand for all: the best and the latest. */
  private static final String BEST_STEP = "checkpoints/step-10/";

  private static final String LATEST_STEP = "checkpoints/step-30/";

  @TempDir private static Path directory;
  private static Path whole;
  private static byte[] weightsAfterResuming;

  @TempDir Path place;
  private Path run;

  /** The end of the text is validated with and is nothing like the rest: it is known ever less. */
  @BeforeAll
  static void train() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), text());
    whole = directory.resolve("run");
    String[] options =
        "--hidden=16 --layers=1 --batch-size=8 --sequence-length=10 --save-every=10 --steps=30"
            .split(" ");
    List<String> args =
        List.of(
            "train",
            "--data=" + text,
            "--run=" + whole,
            "--validation=0.1",
            "--learning-rate=0.1",
            "--sample-length=0");
    assertDone(Run.of(Stream.concat(args.stream(), Stream.of(options)).toArray(String[]::new)));
    assertThat(whole.resolve("checkpoints/best")).hasContent("step-10\n");
    assertThat(whole.resolve("checkpoints/latest")).hasContent("step-30\n");

    Path resumed = directory.resolve("resumed");
    PathUtils.copyDirectory(whole, resumed);
    assertDone(Run.of("train", "--resume", resumed.toString(), "--steps", "40"));
    weightsAfterResuming = Files.readAllBytes(resumed.resolve(LAST));
  }

  private static String text() {
    String front = LabConfig.SENTENCE.repeat(8);
    SplittableRandom random = new SplittableRandom(1);
    String shuffled =
        random
            .ints(160, 0, LabConfig.SENTENCE.length())
            .mapToObj(i -> LabConfig.SENTENCE.substring(i, i + 1))
            .collect(Collectors.joining());
    return front + shuffled;
  }

  @BeforeEach
  void copy() throws IOException {
    run = place.resolve("run");
    PathUtils.copyDirectory(whole, run);
  }

  private enum Damage {
    DELETED,
    CUT_IN_HALF,
    WITHOUT_ITS_LAST_BYTE,
    FLIPPED_IN_THE_MIDDLE;

    void harm(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      switch (this) {
        case DELETED -> Files.delete(file);
        case CUT_IN_HALF -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        case WITHOUT_ITS_LAST_BYTE -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        case FLIPPED_IN_THE_MIDDLE -> {
          bytes[bytes.length / 2] ^= 1;
          Files.write(file, bytes);
        }
      }
    }
  }

  static Stream<Arguments> filesAndDamages() throws IOException {
    try (Stream<Path> files = Files.walk(whole)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> whole.relativize(file).toString())
          .filter(file -> !file.equals(".lock"))
          .filter(file -> !file.contains("step-") || file.matches(".*step-[13]0.*"))
          .sorted()
          .flatMap(
              file ->
                  Arrays.stream(Damage.values())
                      .filter(d -> d != Damage.FLIPPED_IN_THE_MIDDLE || isOfTheModel(file))
                      .map(damage -> Arguments.of(file, damage)))
          .toList()
          .stream();
    }
  }

  /** What tells of the training alone has no checksums. */
  private static boolean isOfTheModel(String file) {
    return !file.contains("history") && !file.contains("events");
  }

  @ParameterizedTest
  @MethodSource("filesAndDamages")
  void aDamagedFileIsNamedOrNotNeeded(String file, Damage damage) throws IOException {
    damage.harm(run.resolve(file));
    assertSound(file, "sample", "", "--length=30", "--seed=7");
    assertSound(file, "sample", "saved_model", "--length=30", "--seed=7");
    assertSound(file, "inspect", "");
    if (file.startsWith(BEST_STEP)) {
      assertSound("nothing", "sample", LATEST_STEP, "--length=30", "--seed=7");
    } else if (file.startsWith(LATEST_STEP)) {
      assertSound("nothing", "sample", BEST_STEP, "--length=30", "--seed=7");
      assertSound(file, "sample", LATEST_STEP, "--length=30", "--seed=7");
    } else if (file.startsWith("saved_model")) {
      assertSound(file, "inspect", "saved_model");
    }
    Run resumed = Run.of("train", "--resume", run.toString(), "--steps", "40");
    if (resumed.exitCode() != 0) {
      assertNamed(resumed, file);
    } else {
      assertThat(run.resolve(LAST)).hasBinaryContent(weightsAfterResuming);
    }
    if (file.startsWith(LATEST_STEP)) {
      assertDone(Run.of("train", "--resume", run.resolve(BEST_STEP).toString(), "--steps", "40"));
      assertThat(run.resolve(LAST)).hasBinaryContent(weightsAfterResuming);
    }
  }

  /** Holds a command on a part of the damaged run against the same on the whole one. */
  private void assertSound(String file, String command, String part, String... options) {
    Run damaged = run(command, run.resolve(part), options);
    if (damaged.exitCode() == 0) {
      Run sound = run(command, whole.resolve(part), options);
      assertThat(damaged.out()).as(command + " " + part).isEqualTo(sound.out());
    } else {
      assertNamed(damaged, file);
    }
  }

  private static Run run(String command, Path model, String... options) {
    return Run.of(
        Stream.concat(Stream.of(command, model.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  private void assertNamed(Run refused, String file) {
    assertThat(refused.exitCode()).as("%s", refused.err()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).allMatch(line -> line.matches("(charrnn: |step \\d+/).*"));
    assertThat(refused.err().get(refused.err().size() - 1))
        .contains(file.substring(file.lastIndexOf('/') + 1))
        .contains(run.toString());
  }

  private static void assertDone(Run run) {
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
  }
}
