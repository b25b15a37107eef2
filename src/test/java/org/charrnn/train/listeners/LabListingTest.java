package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.model.LabModel;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.Windows;
import org.charrnn.train.Listing.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListingTest {
  private static final int STEPS = 25;
  private static final Vocabulary VOCABULARY = Vocabulary.of("abc");
  private static final Windows WINDOWS = Windows.of(VOCABULARY.encode("abcab"), 3);

  private final StringWriter out = new StringWriter();

  @ParameterizedTest
  @EnumSource(names = {"ALL", "SUMMARY"})
  void windowsArePrintedWithTheirTargets(Mode mode) {
    listing(mode).printWindows(WINDOWS);
    assertThat(lines()).containsExactly("0 abc -> bca", "1 bca -> cab");
  }

  @Test
  void noWindowsArePrintedIfNoneAreWanted() {
    listing(Mode.NONE).printWindows(WINDOWS);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void allWantsEveryStepNoneWantsNoneAndSummaryWantsTenthsAndTheLast() {
    assertThat(wanted(Mode.ALL)).isEqualTo(IntStream.range(0, STEPS).boxed().toList());
    assertThat(wanted(Mode.SUMMARY)).containsExactly(0, 10, 20, 24);
    assertThat(wanted(Mode.NONE)).isEmpty();
  }

  private List<Integer> wanted(Mode mode) {
    Listing listing = listing(mode);
    return IntStream.range(0, STEPS).filter(listing::wants).boxed().toList();
  }

  @Test
  void allPrintsEveryWindowOfAStep() {
    listing(Mode.ALL).printStep(7, step(3.218876f));
    assertThat(lines()).containsExactly("7 0 aab 3.2188759", "7 1 cbc 3.2188759");
  }

  @Test
  void summaryPrintsEveryWindowAtTheEndsAndTheFirstBetween() {
    Listing listing = listing(Mode.SUMMARY);
    listing.printStep(0, step(3.25f));
    listing.printStep(10, step(0.0000001f));
    listing.printStep(24, step(12345.5f));
    assertThat(lines())
        .containsExactly(
            "0 0 aab 3.2500000",
            "0 1 cbc 3.2500000",
            "10 0 aab 0.0000001",
            "24 0 aab 12345.5000000",
            "24 1 cbc 12345.5000000");
  }

  private static LabModel.Step step(float loss) {
    return new LabModel.Step(loss, new int[][] {{0, 0, 1}, {2, 1, 2}});
  }

  @ParameterizedTest
  @EnumSource
  void sentenceIsTheFirstWindowAndThenTheLastCharacterOfEachOther(Mode mode) {
    listing(mode).printSentence(new int[][] {{0, 0, 1}, {0, 0, 2}, {1, 1, 0}});
    assertThat(lines()).containsExactly("aabca");
  }

  @Test
  void lineEndsAndTabsDoNotBreakTheLines() {
    Vocabulary vocabulary = Vocabulary.of("a\n\r\t");
    Listing listing = new Listing(new PrintWriter(out), Mode.ALL, vocabulary, STEPS);
    listing.printWindows(Windows.of(vocabulary.encode("a\r\n\ta"), 3));
    listing.printStep(0, new LabModel.Step(1, new int[][] {vocabulary.encode("\n\na")}));
    assertThat(lines())
        .containsExactly(
            "0 a\\r\\n -> \\r\\n\\t", "1 \\r\\n\\t -> \\n\\ta", "0 0 \\n\\na 1.0000000");
  }

  @Test
  void sentenceKeepsItsLineEnds() {
    Vocabulary vocabulary = Vocabulary.of("a\n");
    new Listing(new PrintWriter(out), Mode.ALL, vocabulary, STEPS)
        .printSentence(new int[][] {{1, 0, 1}});
    assertThat(out.toString()).isEqualTo("a\na" + System.lineSeparator());
  }

  private Listing listing(Mode mode) {
    return new Listing(new PrintWriter(out), mode, VOCABULARY, STEPS);
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }
}
