package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts that are compressed, piped, in many files, or whose characters look alike. */
class UnusualTextTest {
  private static final String TEXT = "to be or not to be\n".repeat(30);
  private static final String[] TINY = {
    "--steps=1", "--hidden=4", "--batch-size=2", "--sequence-length=5", "--sample-length=0"
  };

  @TempDir private Path directory;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private Run train(Path run, Object... more) {
    List<Object> args = new ArrayList<>(List.of("train", "--run=" + run));
    args.addAll(List.of(TINY));
    args.addAll(List.of(more));
    return Run.of(args);
  }

  private static JsonNode text(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("config.json").toFile()).get("text");
  }

  private static Run withInput(String input, Supplier<Run> program) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(input.getBytes(UTF_8));
    }
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(bytes.toByteArray()));
    try {
      return program.get();
    } finally {
      System.setIn(before);
    }
  }

  // Pipes

  @Test
  void standardInputIsTheSameTextAsAFile() throws IOException {
    Path file = write("text.txt", TEXT);
    Path piped = directory.resolve("piped");
    withInput(TEXT, () -> train(piped, "--data", "-")).assertDone();
    Path read = directory.resolve("read");
    train(read, "--data", file).assertDone();
    assertThat(text(piped).get("sha256")).isEqualTo(text(read).get("sha256"));
    assertThat(text(piped).get("files").toString()).isEqualTo("[\"-\"]");

    List<String> evaluation = Run.of("evaluate", read, file).assertDone().out();
    for (String name : List.of("-", "/dev/stdin")) {
      assertThat(withInput(TEXT, () -> Run.of("evaluate", read, name)).assertDone().out())
          .isEqualTo(evaluation);
    }
    assertThat(
            withInput("to be", () -> Run.of("sample", read, "--prime-file", "-", "--length=5"))
                .assertDone()
                .out())
        .isEqualTo(Run.of("sample", read, "--prime=to be", "--length=5").assertDone().out());

    Run.of("train", "--resume", piped, "--steps=2")
        .assertRejected("the text of the run came from standard input", "--data");
    withInput(TEXT, () -> Run.of("train", "--resume", piped, "--steps=2", "--data=-")).assertDone();
    withInput("", () -> train(piped, "--data=-"))
        .assertRejected("standard input is empty; use a file with text");
  }

  @Test
  void labIsReadFromStandardInput() throws IOException {
    Path run = directory.resolve("lab");
    withInput(
            "the quick brown fox\r\n",
            () -> Run.of("lab", "--text=-", "--steps=1", "--listing=none", "--run=" + run))
        .assertDone();
    assertThat(text(run).get("tokens").asInt()).isEqualTo(19);
    Run.of("lab", "--resume", run, "--steps=2")
        .assertRejected("the text of the run came from standard input", "--text");
  }

  // Directories

  @Test
  void earlierRunsInTheDirectoryAreNotRead() throws IOException {
    Path top = Files.createDirectory(directory.resolve("top"));
    Files.writeString(top.resolve("text.txt"), TEXT);
    Files.write(top.resolve("image"), new byte[] {1, 0, 2});
    Path run = top.resolve("runs/x");
    Run first = train(run, "--data", top).assertDone();
    assertThat(first.err()).contains("charrnn: skipped 1 binary file in " + top);
    Path second = top.resolve("runs/y");
    assertThat(train(second, "--data", top).assertDone().err())
        .contains("charrnn: skipped 1 binary file, 1 run in " + top);
    assertThat(text(second)).isEqualTo(text(run));
    Run.of("train", "--resume", second, "--steps=2").assertDone();
  }

  @Test
  void separatorIsRecordedAndUsedToResume() throws IOException {
    Path top = Files.createDirectory(directory.resolve("top"));
    for (int i = 0; i < 50; i++) {
      Files.writeString(top.resolve("file" + i), "cat " + i);
    }
    Path run = directory.resolve("run");
    train(run, "--data", top, "--separator=<\\n>").assertDone();
    assertThat(text(run).get("separator").asText()).isEqualTo("<\n>");
    Run.of("train", "--resume", run, "--steps=2").assertDone();
    String tokens = text(run).get("tokens").asText();
    assertThat(Run.of("train", "--dry-run", "--config", run.resolve("config.json")).out())
        .anyMatch(row -> row.matches("separator +<\\\\n>"))
        .anyMatch(row -> row.matches("tokens +" + tokens));
  }

  // Line ends

  @Test
  void primeIsReadAsTheTrainingTextWas() throws IOException {
    Path data = write("text.txt", "to be\r\nor not\rto be\n".repeat(30));
    Path run = directory.resolve("run");
    train(run, "--data", data).assertDone();
    Path keeping = directory.resolve("keep");
    train(keeping, "--data", data, "--newlines=keep").assertDone();
    assertThat(Files.readString(run.resolve("vocabulary.json"))).doesNotContain("\\r");
    assertThat(Files.readString(keeping.resolve("vocabulary.json"))).contains("\\r");
    for (String model : List.of("", "saved_model")) {
      assertThat(sample(run.resolve(model), "to be\r\nor\rt"))
          .isEqualTo(sample(run.resolve(model), "to be\nor\nt"));
      assertThat(sample(keeping.resolve(model), "to be\r\nor\rt")).startsWith("to be\r\nor\rt");
    }
    Path prime = write("prime.txt", "to be\r\nor\rt");
    assertThat(Run.of("sample", run, "--prime-file", prime, "--length=5").assertDone().out())
        .isEqualTo(Run.of("sample", run, "--prime=to be\nor\nt", "--length=5").out());
    assertThat(Run.of("evaluate", keeping, data).assertDone().out().get(3))
        .contains("599 predicted");
    Run.of("train", "--resume", keeping, "--steps=2").assertDone();
  }

  private static String sample(Path model, String prime) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exitCode =
        CharRnn.execute(
            CharRnn.commandLine().setOut(new StandardStream(out, false, () -> false)),
            "sample",
            model.toString(),
            "--prime=" + prime,
            "--length=5");
    assertThat(exitCode).isEqualTo(ExitCodes.DONE);
    return out.toString(UTF_8);
  }

  @Test
  void escapeInPrimeIsExplained() throws IOException {
    String hint = "%s is two characters, not a %s; the shell reads it as one in $'...'";
    Path prose = directory.resolve("prose");
    train(prose, "--data", write("text.txt", TEXT)).assertDone();
    Run.of("sample", prose, "--prime=to\\nbe")
        .assertRejected("has no character '\\'", hint.formatted("\\n", "line end"));
    Run.of("sample", prose, "--prime=to\\tbe").assertRejected(hint.formatted("\\t", "tab"));
    Path code = directory.resolve("code");
    train(code, "--data", write("code.c", "puts(\"\\n\");\n".repeat(30))).assertDone();
    assertThat(
            Run.of("sample", code, "--prime=puts(\"\\n", "--length=1", "--seed=1")
                .assertDone()
                .err())
        .singleElement()
        .asString()
        .startsWith("charrnn: --prime: " + hint.formatted("\\n", "line end"));
    assertThat(
            Run.of("sample", code, "--prime=puts(\n", "--length=1", "--seed=1").assertDone().err())
        .isEmpty();
    assertThat(
            Run.of(
                    "sample",
                    code,
                    "--prime-file",
                    write("p", "puts(\"\\n"),
                    "--length=1",
                    "--seed=1")
                .assertDone()
                .err())
        .isEmpty();
  }

  // Unicode forms

  private static final String NFC = "caf\u00e9 d\u00e9j\u00e0 vu, ".repeat(30);
  private static final String NFD = "cafe\u0301 de\u0301ja\u0300 vu, ".repeat(30);

  @Test
  void twoUnicodeFormsAreReportedAndNormalized() throws IOException {
    Path both = write("both.txt", NFC + NFD);
    Path run = directory.resolve("run");
    assertThat(train(run, "--data", both).assertDone().err())
        .anyMatch(
            line ->
                line.startsWith("charrnn: the text has letters in two forms that look the same")
                    && line.endsWith("; --normalize nfc makes them the same"));
    Path normalized = directory.resolve("normalized");
    assertThat(train(normalized, "--data", both, "--normalize=nfc").assertDone().err())
        .noneMatch(line -> line.contains("two forms"));
    assertThat(text(normalized).get("normalize").asText()).isEqualTo("nfc");
    assertThat(text(normalized).get("tokens").asInt()).isEqualTo(2 * NFC.length());
    for (String model : List.of("", "saved_model")) {
      assertThat(sample(normalized.resolve(model), "cafe\u0301"))
          .isEqualTo(sample(normalized.resolve(model), "caf\u00e9"));
    }
    assertThat(Run.of("evaluate", normalized, write("nfd", NFD)).assertDone().out())
        .isEqualTo(Run.of("evaluate", normalized, write("nfc", NFC)).assertDone().out());
    Run.of("train", "--resume", normalized, "--steps=2").assertDone();
    Path more = directory.resolve("more");
    String from = "--init-from=" + normalized;
    train(more, "--data", both, from, "--normalize=none")
        .assertRejected("--normalize is nfc in the model");
    train(more, "--data", both, from).assertDone();
    assertThat(text(more).get("normalize").asText()).isEqualTo("nfc");
  }

  @Test
  void primeInAnotherFormThanTheTextIsExplained() throws IOException {
    Path run = directory.resolve("run");
    train(run, "--data", write("nfd", NFD)).assertDone();
    String advice = "the model knows some in the Unicode form NFD: convert the text to it";
    Run.of("sample", run, "--prime=caf\u00e9")
        .assertRejected("--prime: the vocabulary has no character '\u00e9' (U+00E9); " + advice);
    Run.of("evaluate", run, write("nfc", NFC)).assertRejected(advice);
    for (String level : List.of("word", "char")) {
      Path unknown = directory.resolve("unknown-" + level);
      train(unknown, "--data", directory.resolve("nfd"), "--min-count=2", "--level=" + level)
          .assertDone();
      assertThat(Run.of("sample", unknown, "--prime= caf\u00e9 d", "--length=1").assertDone().err())
          .as(level)
          .contains(
              "charrnn: --prime has unknown tokens; "
                  + advice
                  + ", or train with normalize nfc, which converts every text");
      assertThat(Run.of("evaluate", unknown, directory.resolve("nfc")).assertDone().err())
          .as(level)
          .anyMatch(line -> line.startsWith("charrnn: the text has unknown tokens; " + advice));
    }
  }

  @Test
  void allGivenFilesThatAreNotTextAreNamed() throws IOException {
    Path zip = write("a.zip", "PK\u0003\u0004");
    Path latin = Files.write(directory.resolve("latin"), new byte[] {'a', (byte) 0xe9});
    Path good = write("text.txt", TEXT);
    Stream.of(
            train(directory.resolve("none"), "--data", zip, good, latin),
            Run.of("train", "--data", zip, latin, "--dry-run"))
        .forEach(run -> run.assertRejected("2 files are not text: ", zip + " (", latin + " ("));
    Path run = directory.resolve("run");
    train(run, "--data", good).assertDone();
    Run.of("evaluate", run, zip, good, latin)
        .assertRejected("2 files are not text: ", zip + " (", latin + " (");
  }
}
