package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many texts from one call are those of as many calls. */
class BulkCommandTest {
  @TempDir static Path directory;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), LabConfig.SENTENCE.repeat(8));
    run = directory.resolve("run");
    Run trained =
        Run.of(
            "train",
            "--data=" + text,
            "--run=" + run,
            "--hidden=16",
            "--batch-size=8",
            "--sequence-length=10",
            "--steps=20");
    assertThat(trained.exitCode()).as("%s", trained.err()).isZero();
  }

  private static Run done(String... args) {
    Run result = Run.of(args);
    assertThat(result.exitCode()).as("%s", result.err()).isZero();
    return result;
  }

  @Test
  void eachLineOfAFileIsAPrime() throws IOException {
    List<String> primes = List.of("if you", "", "wood and ", "if you");
    Path file = Files.write(directory.resolve("primes.txt"), primes);
    String[] how = {"--length=30", "--seed=7", "--temperature=0.8"};
    Run many = done("sample", run.toString(), "--primes=" + file, how[0], how[1], how[2]);
    assertThat(many.out()).hasSize(4);
    for (int i = 0; i < 4; i++) {
      Run one = done("sample", run.toString(), "--prime=" + primes.get(i), how[0], how[1], how[2]);
      JsonNode object = new ObjectMapper().readTree(many.out().get(i));
      assertThat(object.get("prime").textValue()).isEqualTo(primes.get(i));
      assertThat(object.get("text").textValue()).isEqualTo(String.join("\n", one.out()));
    }
  }

  @Test
  void eachPrimeMayHaveSeveralTexts() throws IOException {
    Path file = Files.writeString(directory.resolve("two.txt"), "if\nyou\n");
    Run many = done("sample", run.toString(), "--primes=" + file, "--length=5", "--count=3");
    assertThat(many.out()).hasSize(6).doesNotHaveDuplicates();
    assertThat(many.out().subList(3, 6)).allMatch(line -> line.startsWith("{\"prime\":\"you\""));
  }

  /** One of more than 20,000 characters, which is read in two streams, and shorter ones. */
  @Test
  void eachFileIsReadByItself() throws IOException {
    List<String> names = List.of("b.txt", "a.txt", "c.txt");
    List<Integer> lengths = List.of(30, 150, 3);
    List<String> args = new ArrayList<>(List.of("evaluate", run.toString(), "--each"));
    for (int i = 0; i < 3; i++) {
      Path file = directory.resolve(names.get(i));
      Files.writeString(file, LabConfig.SENTENCE.substring(10 * i).repeat(lengths.get(i)));
      args.add(file.toString());
    }
    List<String> table = done(args.toArray(String[]::new)).out();
    assertThat(table).hasSize(4);
    assertThat(table.get(0)).isEqualTo("nats\tbits\tperplexity\ttokens\tunknown\tfile");
    for (int i = 0; i < 3; i++) {
      String file = args.get(3 + i);
      List<String> alone = done("evaluate", run.toString(), file).out();
      List<String> cells = List.of(table.get(i + 1).split("\t", -1));
      assertThat(alone.get(0)).isEqualTo("mean loss: " + cells.get(0) + " nats");
      assertThat(alone.get(1)).isEqualTo("bits per character: " + cells.get(1));
      assertThat(alone.get(2)).isEqualTo("perplexity: " + cells.get(2) + " per character");
      assertThat(alone.get(3).replace(",", ""))
          .isEqualTo(
              "characters: %s predicted %s unknown in the text"
                  .formatted(cells.get(3), cells.get(4)));
      assertThat(cells.get(5)).isEqualTo(file);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--prime=if, 'do not go with --primes'",
    "--beam=2, 'do not go with --primes'",
    "--length=0, '--length must be at least 1, got 0'",
    "--count=0, '--count must be at least 1, got 0'",
    "--primes=no-such-file, no-such-file",
    "--primes=EMPTY, ' has no lines'",
    "--primes=FOREIGN, ', line 2: '"
  })
  void aMistakeIsToldInOneLine(String option, String message) throws IOException {
    Path primes = Files.writeString(directory.resolve("primes"), "if\n");
    Path empty = Files.writeString(directory.resolve("empty"), "");
    Path foreign = Files.writeString(directory.resolve("foreign"), "if\nΩ\n");
    String given = option.replace("EMPTY", empty.toString()).replace("FOREIGN", foreign.toString());
    List<String> args = new ArrayList<>(List.of("sample", run.toString(), given));
    if (!option.startsWith("--primes")) {
      args.add("--primes=" + primes);
    }
    assertRefused(Run.of(args.toArray(String[]::new)), message);
  }

  @Test
  void aTextToReadThatIsTooShortIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("short"), "i");
    assertRefused(Run.of("evaluate", run.toString(), "--each", file.toString()), file + " has 1");
  }

  @Test
  void whatIsNotManyIsDoneHere() {
    assertRefused(Run.of("sample", run.toString(), "--engine=spark"), "--primes");
    assertRefused(Run.of("evaluate", run.toString(), "x", "--engine=spark"), "--each");
  }

  private static void assertRefused(Run refused, String message) {
    assertThat(refused.exitCode()).as("%s", refused.err()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).singleElement().asString().startsWith("charrnn: ").contains(message);
  }
}
