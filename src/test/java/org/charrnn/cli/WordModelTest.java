package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.CommandExamples.plus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training and sampling by word. */
class WordModelTest {
  private static final List<String> SMALL =
      List.of("--level=word", "--hidden=3", "--layers=1", "--steps=1", "--sample-length=0");

  @TempDir private static Path directory;
  private static Path limited; // its vocabulary has an unknown token
  private static Path complete; // its vocabulary has none

  @BeforeAll
  static void trainModels() throws IOException {
    Path text = write("text", "the crown of King Henry, the crown\n".repeat(20));
    limited = directory.resolve("limited");
    Run.of(training(text, "--batch-size=2", "--sequence-length=5", "--run=" + limited))
        .assertDone();
    complete = directory.resolve("complete");
    Run.of(
            training(
                text,
                "--batch-size=2",
                "--sequence-length=5",
                "--vocabulary-size=all",
                "--run=" + complete))
        .assertDone();
  }

  private static Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name + ".txt"), text);
  }

  private static List<String> training(Path text, String... more) {
    return plus(plus(List.of("train", "--data=" + text), SMALL.toArray(String[]::new)), more);
  }

  private static Vocabulary vocabulary(Path run) {
    return TrainedModel.open(run).vocabulary();
  }

  private static String words(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> " w" + Integer.toString(i, 36))
        .collect(Collectors.joining());
  }

  // The first word of a prime

  private static Run sample(Path model, String... more) {
    return Run.of(
        Stream.concat(Stream.of("sample", model, "--length=4"), Stream.of(more)).toArray());
  }

  /** The text has " crown" and "the", never "crown" and " the" at its start. */
  @ParameterizedTest
  @ValueSource(strings = {"--seed=3", "--greedy", "--beam=2"})
  void firstWordIsFoundWithOrWithoutSpace(String mode) {
    for (Path run : List.of(limited, complete)) {
      for (String word : List.of("crown", "Henry", "crown of King")) {
        Run typed = sample(run, "--prime=" + word, mode).assertDone();
        Run written = sample(run, "--prime= " + word, mode).assertDone();
        assertThat(typed.err()).isEmpty();
        assertThat(" " + String.join("\n", typed.out()))
            .isEqualTo(String.join("\n", written.out()));
        assertThat(typed.out().get(0)).startsWith(word); // as typed
      }
    }
  }

  @Test
  void firstWordInFilesIsFoundWithOrWithoutSpace() throws IOException {
    Path prime = write("prime", "crown of");
    String expected = String.join("\n", sample(complete, "--prime= crown of").assertDone().out());
    Run fromFile = sample(complete, "--prime-file=" + prime).assertDone();
    assertThat(" " + String.join("\n", fromFile.out())).isEqualTo(expected);
    Run fromLines = sample(complete, "--primes=" + prime, "--seed=1").assertDone();
    assertThat(fromLines.out().get(0).replace("\\n", "\n")).contains(expected.substring(1));
    assertThat(fromLines.err()).isEmpty();
  }

  @Test
  void unknownWordsOfPrimeAreListedInOneLine() throws IOException {
    Run typed = sample(limited, "--prime=my crown of Spain, my", "--seed=1").assertDone();
    assertThat(typed.err())
        .containsExactly(
            "charrnn: --prime: the model does not know the words 'my', ' Spain', ' my', read as"
                + " <unk>");
    assertThat(typed.out().get(0)).startsWith("my crown of Spain, my");
    assertThat(sample(limited, "--prime=my", "--beam=2").assertDone().err())
        .containsExactly("charrnn: --prime: the model does not know the word 'my', read as <unk>");

    Path file = write("primes", "crown\nmy crown\nyour crown\nmy\n");
    assertThat(sample(limited, "--primes=" + file, "--seed=1").assertDone().err())
        .containsExactly(
            "charrnn: "
                + file
                + ", from line 2: the model does not know the words 'my', 'your', read as <unk>");
    assertThat(sample(limited, "--prime-file=" + file, "--seed=1").assertDone().err())
        .singleElement()
        .asString()
        .startsWith("charrnn: " + file + ": the model does not know the words 'my', 'your'");
  }

  @Test
  void wordsThatModelCannotReadAreNamedInTheError() throws IOException {
    sample(complete, "--prime=my crown of Spain")
        .assertRejected("--prime: the vocabulary has no words 'my', ' Spain'");
    Path file = write("errors", "crown\nmy crown\n");
    assertThat(sample(complete, "--primes=" + file).out().get(1))
        .isEqualTo(
            "{\"prime\":\"my crown\",\"line\":2,\"error\":\"the vocabulary has no word 'my'\"}");
  }

  // --whitespace

  @Test
  void whitespaceIsRejectedForWordModel() throws IOException {
    String reason = "--whitespace samples only at the start of a word";
    sample(limited, "--whitespace").assertRejected(reason, "each starts one");
    sample(limited.resolve("saved_model"), "--whitespace").assertRejected(reason);
    sample(limited, "--whitespace", "--primes=" + write("ws", "crown\n")).assertRejected(reason);
  }

  // The size of the vocabulary

  private static List<String> dryRun(Path text, String... more) {
    return Run.of(training(text, plus(List.of("--dry-run"), more).toArray(String[]::new)))
        .assertDone()
        .out();
  }

  @Test
  void vocabularyIsLimitedByDefaultAndReported() throws IOException {
    Path text = write("many", words(0, 10_000) + words(0, 15_000)); // the first are more frequent
    Path run = directory.resolve("many");
    Run trained = Run.of(training(text, "--validation=0", "--run=" + run)).assertDone();
    assertThat(trained.err())
        .anyMatch(
            line ->
                line.startsWith(
                    "charrnn: 25,000 words, 9,999 of 15,000 words kept (79.9% of the text), 5,002 unknown in"
                        + " the text; "));
    assertThat(vocabulary(run).size()).isEqualTo(10_000);
    assertThat(dryRun(text, "--validation=0"))
        .anyMatch(row -> row.matches("vocabulary +10,000"))
        .anyMatch(row -> row.matches("vocabulary-size +10000"));
    for (String all : List.of("--vocabulary-size=all", "--vocabulary-size=ALL")) {
      assertThat(dryRun(text, "--validation=0", all))
          .anyMatch(row -> row.matches("vocabulary +15,000"))
          .anyMatch(row -> row.matches("vocabulary-size +all"));
    }
    assertThat(dryRun(text, "--validation=0", "--vocabulary-size=auto"))
        .anyMatch(row -> row.matches("vocabulary +10,000"));
    assertThat(dryRun(text, "--level=char")).anyMatch(row -> row.matches("vocabulary-size +all"));
  }

  @Test
  void shortTextKeepsAllWords() {
    assertThat(vocabulary(limited).tokens())
        .containsExactly("\n", " Henry", " King", " crown", " of", " the", ",", "<unk>", "the");
    assertThat(vocabulary(complete).tokens()).doesNotContain("<unk>").hasSize(8);
  }

  /** The last words are only in the part for validation. */
  @Test
  void wordsAreCountedInTrainingPart() throws IOException {
    Path text = write("parts", words(0, 20).repeat(20) + words(100, 200));
    String[] options = {
      "--validation=0.2", "--validation-from=end", "--batch-size=2", "--sequence-length=5"
    };
    Path run = directory.resolve("parts");
    Run trained = Run.of(plus(training(text, options), "--run=" + run)).assertDone();
    assertThat(vocabulary(run).tokens()).hasSize(20 + 1);
    assertThat(trained.err())
        .anyMatch(line -> line.contains("20 of 120 words kept (80.0% of the text)"));
    assertThat(dryRun(text, plus(List.of(options), "--vocabulary-size=all").toArray(String[]::new)))
        .anyMatch(row -> row.matches("vocabulary +120")); // there is no unknown token
    assertThat(dryRun(text, plus(List.of(options), "--min-count=19").toArray(String[]::new)))
        .anyMatch(row -> row.matches("vocabulary +21"));
  }

  // Scripts without spaces

  @ParameterizedTest
  @CsvSource({"我们学习语言，我们学习历史。, 11", "私はパーティーに行く。, 11", "ฉันรักภาษาไทย, 11", "ខ្ញុំស្រឡាញ់ភាសា, 11"})
  void scriptWithoutSpacesIsSplitIntoCharacters(String sentence, int atMost) throws IOException {
    Path text = write("script", sentence.repeat(40) + "\n");
    Path run = directory.resolve("script");
    Run.of(training(text, "--batch-size=2", "--sequence-length=5", "--run=" + run)).assertDone();
    assertThat(vocabulary(run).tokens())
        .hasSizeBetween(8, atMost + 2) // a line end and the unknown token
        .filteredOn(token -> !token.equals("<unk>"))
        .allMatch(token -> token.replaceAll("\\p{M}", "").codePoints().count() == 1);
    assertThat(TrainedModel.open(run.resolve("saved_model")).vocabulary().tokenization())
        .isEqualTo(vocabulary(run).tokenization());
    sample(run, "--prime=" + sentence).assertDone();
  }
}
