package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generating or evaluating many texts in one call equals as many calls with one text. */
class BulkCommandTest {
  @TempDir static Path directory;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(8));
    run = directory.resolve("run");
    Run.of(
            "train",
            "--data=" + text,
            "--run=" + run,
            "--hidden=16",
            "--batch-size=8",
            "--sequence-length=10",
            "--steps=20")
        .assertDone();
  }

  private static List<String> out(Object... args) {
    return Run.of(args).assertDone().out();
  }

  @Test
  void eachLineOfFileIsPrime() throws IOException {
    List<String> primes = List.of("if you", "", "wood and ", "if you");
    Path file = Files.write(directory.resolve("primes.txt"), primes);
    List<String> all =
        out("sample", run, "--primes=" + file, "--length=30", "--seed=7", "--temperature=0.8");
    assertThat(all).hasSize(4);
    for (int i = 0; i < 4; i++) {
      String prime = "--prime=" + primes.get(i);
      List<String> one = out("sample", run, prime, "--length=30", "--seed=7", "--temperature=0.8");
      JsonNode object = new ObjectMapper().readTree(all.get(i));
      assertThat(object.get("prime").textValue()).isEqualTo(primes.get(i));
      assertThat(object.get("text").textValue()).isEqualTo(String.join("\n", one));
      assertThat(object.get("seed").longValue()).isEqualTo(7);
      assertThat(object.get("end").textValue()).isEqualTo("length");
    }
  }

  /** The same object as from a single prime, also if texts end early. */
  @Test
  void objectsOfLinesAreThoseOfSinglePrimes() throws IOException {
    List<String> primes = List.of("if you", "", "wood and ");
    Path file = Files.write(directory.resolve("three.txt"), primes);
    for (List<String> options :
        List.of(
            List.of("--until=e", "--probabilities", "--length=40"),
            List.of("--greedy", "--until=to", "--length=20"),
            List.of("--seed=-3", "--count=2", "--length=20"))) {
      List<String> expected = new ArrayList<>();
      for (String prime : primes) {
        List<String> args = new ArrayList<>(List.of("sample", run.toString(), "--json"));
        args.addAll(options);
        args.add("--prime=" + prime);
        expected.addAll(out(args.toArray()));
      }
      List<String> args = new ArrayList<>(List.of("sample", run.toString(), "--primes=" + file));
      args.addAll(options);
      assertThat(out(args.toArray())).isEqualTo(expected);
    }
  }

  @Test
  void seedOfManyTextsIsReported() throws IOException {
    Path file = Files.writeString(directory.resolve("one.txt"), "if\n");
    String[] args = {"sample", run.toString(), "--primes=" + file, "--length=5"};
    assertThat(Run.of((Object[]) args).assertDone().err())
        .containsExactly("seed 1; use --seed N or --seed random for another text");
  }

  @Test
  void eachPrimeCanHaveSeveralTexts() throws IOException {
    Path file = Files.writeString(directory.resolve("two.txt"), "if\nyou\n");
    List<String> texts = out("sample", run, "--primes=" + file, "--length=5", "--count=3");
    assertThat(texts).hasSize(6).doesNotHaveDuplicates();
    assertThat(texts.subList(3, 6)).allMatch(line -> line.startsWith("{\"prime\":\"you\""));
  }

  /** One text has more than 20,000 characters, which are evaluated in two streams. */
  @Test
  void eachFileIsEvaluatedSeparately() throws IOException {
    List<String> names = List.of("b.txt", "a.txt", "c.txt");
    List<Integer> lengths = List.of(30, 150, 3);
    List<String> args = new ArrayList<>(List.of("evaluate", run.toString(), "--each"));
    for (int i = 0; i < 3; i++) {
      Path file = directory.resolve(names.get(i));
      Files.writeString(file, LabText.SENTENCE.substring(10 * i).repeat(lengths.get(i)));
      args.add(file.toString());
    }
    List<String> table = out(args.toArray());
    assertThat(table).hasSize(4);
    assertThat(table.get(0)).isEqualTo("nats\tbits\tperplexity\ttokens\tunknown\tfile");
    for (int i = 0; i < 3; i++) {
      String file = args.get(3 + i);
      List<String> alone = out("evaluate", run, file);
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
    "--prime=if, '--prime cannot be used with --primes'",
    "--beam=2, '--beam cannot be used with --primes'",
    "--length=0, '--length must be at least 1, got 0'",
    "--count=0, '--count must be at least 1, got 0'",
    "--primes=no-such-file, no-such-file",
    "--primes=EMPTY, ' has no lines'",
    "--primes=FOREIGN, ', line 2: '"
  })
  void invalidInputIsRejectedInOneLine(String option, String message) throws IOException {
    Path primes = Files.writeString(directory.resolve("primes"), "if\n");
    Path empty = Files.writeString(directory.resolve("empty"), "");
    Path foreign = Files.writeString(directory.resolve("foreign"), "if\nΩ\n");
    String given = option.replace("EMPTY", empty.toString()).replace("FOREIGN", foreign.toString());
    List<String> args = new ArrayList<>(List.of("sample", run.toString(), given));
    if (!option.startsWith("--primes")) {
      args.add("--primes=" + primes);
    }
    Run.of(args).assertRejected(message);
  }

  @Test
  void textTooShortToEvaluateIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("short"), "i");
    Run.of("evaluate", run, "--each", file).assertRejected(file + " has 1");
  }

  @Test
  void sparkNeedsManyTexts() {
    Run.of("sample", run, "--engine=spark").assertRejected("--engine needs --primes");
    Run.of("evaluate", run, "x", "--engine=spark").assertRejected("--engine needs --each");
  }
}
