package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
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

  private static List<JsonNode> json(List<String> lines) throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : lines) {
      objects.add(new ObjectMapper().readTree(line));
    }
    return objects;
  }

  /** The text of a line has the random numbers of its row: those of text number row + 1. */
  @Test
  void eachLineOfFileIsPrime() throws IOException {
    List<String> primes = List.of("if you", "", "wood and ", "if you", "");
    Path file = Files.write(directory.resolve("primes.txt"), primes);
    List<JsonNode> all =
        json(out("sample", run, "--primes=" + file, "--length=30", "--seed=7", "--temperature=.8"));
    assertThat(all).hasSize(5);
    for (int i = 0; i < 5; i++) {
      JsonNode object = all.get(i);
      assertThat(object.get("prime").textValue()).isEqualTo(primes.get(i));
      assertThat(object.get("seed").longValue()).isEqualTo(7);
      assertThat(object.get("end").textValue()).isEqualTo("length");
      String prime = "--prime=" + primes.get(i);
      List<String> options = List.of("--length=30", "--seed=7", "--temperature=.8", "--json");
      List<String> args = new ArrayList<>(List.of("sample", run.toString(), prime));
      args.addAll(options);
      args.add("--count=" + (i + 1));
      assertThat(object.get("text")).isEqualTo(json(out(args.toArray())).get(i).get("text"));
    }
    assertThat(all.get(3).get("text")).isNotEqualTo(all.get(0).get("text"));
    assertThat(all.get(4).get("text")).isNotEqualTo(all.get(1).get("text"));
  }

  /** The same objects as from a single prime in its row, also if texts end early. */
  @Test
  void objectsOfLinesAreThoseOfSinglePrimes() throws IOException {
    List<String> primes = List.of("if you", "", "wood and ");
    Path file = Files.write(directory.resolve("three.txt"), primes);
    for (List<String> options :
        List.of(
            List.of("--until=e", "--probabilities", "--length=40"),
            List.of("--until=e", "--whitespace", "--length=40"),
            List.of("--greedy", "--until=to", "--length=20"))) {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < primes.size(); i++) {
        List<String> args = new ArrayList<>(List.of("sample", run.toString(), "--json"));
        args.addAll(options);
        args.addAll(List.of("--prime=" + primes.get(i), "--count=" + (i + 1)));
        expected.add(out(args.toArray()).get(i));
      }
      List<String> args = new ArrayList<>(List.of("sample", run.toString(), "--primes=" + file));
      args.addAll(options);
      assertSameTexts(json(out(args.toArray())), json(expected));
    }
  }

  /** Probabilities may be rounded in another way, in a batch of another size. */
  private static void assertSameTexts(List<JsonNode> actual, List<JsonNode> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      for (String field : List.of("prime", "text", "seed", "end")) {
        assertThat(actual.get(i).get(field)).isEqualTo(expected.get(i).get(field));
      }
      if (expected.get(i).has("tokens")) {
        assertSameProbabilities(actual.get(i).get("tokens"), expected.get(i).get("tokens"));
      }
    }
  }

  private static void assertSameProbabilities(JsonNode actual, JsonNode expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).get("text")).isEqualTo(expected.get(i).get("text"));
      JsonNode probability = expected.get(i).get("probability");
      assertThat(actual.get(i).get("probability").isNull()).isEqualTo(probability.isNull());
      assertThat(actual.get(i).get("probability").asDouble())
          .isCloseTo(probability.asDouble(), within(1e-6)); // float logits below 10
    }
  }

  /** More than a batch, of different lengths; each text is the one of its row. */
  @Test
  void manyLinesAreContinuedInTheirOrder() throws IOException {
    List<String> primes = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      primes.add(LabText.SENTENCE.repeat(2).substring(0, i * 37 % 200));
    }
    Path file = Files.write(directory.resolve("many.txt"), primes);
    String[] all = {"sample", run.toString(), "--primes=" + file, "--length=12", "--count=2"};
    List<JsonNode> texts = json(out((Object[]) all));
    assertThat(texts).hasSize(1400);
    for (int row = 0; row < 1400; row++) {
      assertThat(texts.get(row).get("prime").textValue()).isEqualTo(primes.get(row / 2));
    }
    for (int line : new int[] {1, 699}) {
      List<String> single =
          out(
              "sample",
              run,
              "--prime=" + primes.get(line),
              "--length=12",
              "--json",
              "--count=1400");
      for (int row = 2 * line; row < 2 * line + 2; row++) {
        assertThat(texts.get(row)).isEqualTo(new ObjectMapper().readTree(single.get(row)));
      }
    }
  }

  /** The others are continued as if the line could be. */
  @Test
  void lineThatCannotBeContinuedIsAnError() throws IOException {
    byte[] good = "if\ngo\nyou\nto\n".getBytes(StandardCharsets.UTF_8);
    byte[] bad = "if\nΩ\nyou\nto\n".getBytes(StandardCharsets.UTF_8);
    bad[bad.length - 2] = (byte) 0xff;
    Path file = directory.resolve("lines.txt");
    String[] args = {"sample", run.toString(), "--primes=" + file, "--length=9", "--seed=3"};
    Files.write(file, good);
    List<String> expected = out((Object[]) args);
    Files.write(file, bad);
    Run found = Run.of((Object[]) args);
    assertThat(found.exitCode()).isEqualTo(ExitCodes.WORK_FAILED);
    assertThat(found.out()).hasSize(4);
    assertThat(found.out().get(0)).isEqualTo(expected.get(0));
    assertThat(found.out().get(1))
        .isEqualTo(
            "{\"prime\":\"Ω\",\"line\":2,\"error\":\"the vocabulary has no character 'Ω'"
                + " (U+03A9)\"}");
    assertThat(found.out().get(2)).isEqualTo(expected.get(2));
    assertThat(found.out().get(3))
        .isEqualTo(
            "{\"prime\":\"t\ufffd\",\"line\":4,\"error\":\"the line is not UTF-8 text: byte 0xff at"
                + " offset 1\"}");
    assertThat(found.err())
        .containsExactly(
            "charrnn: 2 of the 4 lines of "
                + file
                + " cannot be continued; the output has their errors");
  }

  @Test
  void allLinesCanBeErrors() throws IOException {
    Path file = Files.writeString(directory.resolve("errors.txt"), "Ω\nΩ\n");
    Run found = Run.of("sample", run, "--primes=" + file, "--seed=1");
    assertThat(found.exitCode()).isEqualTo(ExitCodes.WORK_FAILED);
    assertThat(json(found.out())).hasSize(2).allMatch(object -> object.has("error"));
  }

  /** The first such line is named. */
  @Test
  void escapeInLineIsExplained() throws IOException {
    Path file = Files.writeString(directory.resolve("escapes.txt"), "if\nyou\\nto\nif\\tto\n");
    Run found = Run.of("sample", run, "--primes=" + file, "--seed=1", "--length=3");
    assertThat(found.exitCode()).isEqualTo(ExitCodes.WORK_FAILED); // no backslash in the vocabulary
    assertThat(found.err().get(0))
        .isEqualTo(
            "charrnn: "
                + file
                + ", line 2: \\n is two characters, not a line end; a line has none, so use --prime"
                + " $'a\\nb' or --prime-file");
  }

  /** Returns a pipe whose reader closes it after one line. */
  private static Writer closedAfterLine(StringBuilder read) {
    return new Writer() {
      @Override
      public void write(char[] chars, int offset, int length) throws IOException {
        if (read.indexOf("\n") >= 0) {
          throw new IOException("Broken pipe");
        }
        read.append(chars, offset, length);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  /** Texts are printed while later ones are not generated yet; without a reader none are. */
  @Test
  void closedPipeEndsTheGenerationQuietly() throws IOException {
    Path file = Files.write(directory.resolve("long.txt"), Collections.nCopies(100_000, "if"));
    StringBuilder read = new StringBuilder();
    StringWriter err = new StringWriter();
    int exitCode =
        CharRnn.execute(
            CharRnn.commandLine()
                .setOut(new PrintWriter(closedAfterLine(read)))
                .setErr(new PrintWriter(err, true)),
            "sample",
            run.toString(),
            "--primes=" + file,
            "--length=200",
            "--seed=1");
    assertThat(exitCode).isEqualTo(ExitCodes.DONE);
    assertThat(read.toString().lines()).hasSize(1);
    assertThat(err.toString()).isEmpty();
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
    "--primes=UTF16, 'byte order mark of UTF-16LE'"
  })
  void invalidInputIsRejectedInOneLine(String option, String message) throws IOException {
    Path primes = Files.writeString(directory.resolve("primes"), "if\n");
    Path empty = Files.writeString(directory.resolve("empty"), "");
    Path utf16 =
        Files.writeString(directory.resolve("utf16"), "\ufeffif\n", StandardCharsets.UTF_16LE);
    String given = option.replace("EMPTY", empty.toString()).replace("UTF16", utf16.toString());
    List<String> args = new ArrayList<>(List.of("sample", run.toString(), given));
    if (!option.startsWith("--primes")) {
      args.add("--primes=" + primes);
    }
    Run.of(args).assertRejected(message);
  }

  /** The line of each other file is the one that it has alone. */
  @Test
  void fileThatCannotBeEvaluatedIsAnError() throws IOException {
    Path good = Files.writeString(directory.resolve("good"), LabText.SENTENCE);
    Path other = Files.writeString(directory.resolve("other"), LabText.SENTENCE.substring(9));
    Path missing = directory.resolve("missing");
    Path shortText = Files.writeString(directory.resolve("short"), "i");
    Path empty = Files.writeString(directory.resolve("nothing"), "");
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 0, 1});
    Path foreign = Files.writeString(directory.resolve("greek"), "if Ω");
    Run found =
        Run.of("evaluate", run, "--each", missing, good, shortText, empty, binary, other, foreign);
    assertThat(found.exitCode()).isEqualTo(ExitCodes.WORK_FAILED);
    assertThat(found.err())
        .containsExactly(
            "charrnn: 5 of the 7 files cannot be evaluated; the output has their errors");
    List<List<String>> table = found.out().stream().map(line -> List.of(line.split("\t"))).toList();
    assertThat(table).hasSize(8).allMatch(cells -> cells.size() == 6);
    assertThat(table.stream().skip(1).map(cells -> cells.get(5)))
        .isEqualTo(
            Stream.of(missing, good, shortText, empty, binary, other, foreign)
                .map(Path::toString)
                .toList());
    assertThat(table.stream().skip(1).map(cells -> cells.get(0).replaceFirst("[;,].*", "")))
        .isEqualTo(
            List.of(
                "error: there is no file " + missing,
                table.get(2).get(0),
                "error: " + shortText + " has 1 token",
                "error: " + empty + " is empty",
                "error: " + binary + " is not UTF-8 text: byte 0xff at offset 0",
                table.get(6).get(0),
                "error: the model's vocabulary lacks 1 of the text's 4 characters: 'Ω' (U+03A9)"));
    assertThat(List.of(found.out().get(2), found.out().get(6)))
        .isEqualTo(out("evaluate", run, "--each", good, other).subList(1, 3));
  }

  /** The reader of the pipe takes the heading; the rest of the files is not evaluated. */
  @Test
  void closedPipeEndsTheEvaluationQuietly() throws IOException {
    Path file = Files.writeString(directory.resolve("piped"), LabText.SENTENCE);
    StringWriter err = new StringWriter();
    StringBuilder read = new StringBuilder();
    int exitCode =
        CharRnn.execute(
            CharRnn.commandLine()
                .setOut(new PrintWriter(closedAfterLine(read)))
                .setErr(new PrintWriter(err, true)),
            "evaluate",
            run.toString(),
            "--each",
            file.toString());
    assertThat(exitCode).isEqualTo(ExitCodes.DONE);
    assertThat(read.toString().lines()).hasSize(1);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void sparkNeedsManyTexts() {
    Run.of("sample", run, "--engine=spark").assertRejected("--engine needs --primes");
    Run.of("evaluate", run, "x", "--engine=spark").assertRejected("--engine needs --each");
  }
}
