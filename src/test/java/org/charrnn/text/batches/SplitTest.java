package org.charrnn.text.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.batches.Split.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {
  private static final long[] ONE_FILE = {0};

  private static long size(List<Part> parts) {
    return parts.stream().mapToLong(Part::size).sum();
  }

  /** Returns the tokens of a part that are in a range. */
  private static long within(List<Part> parts, long from, long to) {
    return parts.stream()
        .mapToLong(part -> Math.max(0, Math.min(part.to(), to) - Math.max(part.from(), from)))
        .sum();
  }

  private static void assertPartition(Split split, long size) {
    List<Part> all =
        Stream.concat(split.training().stream(), split.validation().stream())
            .sorted(Comparator.comparingLong(Part::from))
            .toList();
    long at = 0;
    for (Part part : all) {
      assertThat(part.from()).isEqualTo(at);
      at = part.to();
    }
    assertThat(at).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({"100,0,0", "100,0.05,5", "100,0.29,29", "100,0.999,100", "7,0.5,4", "0,0.5,0"})
  void validationIsTheEndAndDoesNotOverlapTraining(int size, double fraction, int expected) {
    Split split = Split.of(size, ONE_FILE, fraction, ValidationFrom.END);
    assertThat(split.training()).containsExactly(new Part(0, size - expected));
    assertThat(split.validation())
        .isEqualTo(expected == 0 ? List.of() : List.of(new Part(size - expected, size)));
  }

  @ParameterizedTest
  @EnumSource(ValidationFrom.class)
  void textWithoutValidationIsNotCut(ValidationFrom from) {
    Split split = Split.of(1_000_000, new long[] {0, 5, 600_000}, 0, from);
    assertThat(split.training()).containsExactly(new Part(0, 1_000_000));
    assertThat(split.validation()).isEmpty();
    TokenRanges none = split.validation(TokenIds.of(2, 0, 1));
    assertThat(none.size()).isZero();
  }

  /** Every file that is not short gets its share, whatever its neighbours are. */
  @Test
  void piecesAreSpreadOverAllFiles() {
    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      int longest = new int[] {20, 3_000, 300_000}[random.nextInt(3)];
      long[] files =
          Stream.generate(() -> random.nextInt(longest))
              .limit(1 + random.nextInt(40))
              .mapToLong(length -> random.nextInt(4) == 0 ? length / 100 : length)
              .toArray();
      assertSpread(files, 0.6 * random.nextDouble());
    }
  }

  private static void assertSpread(long[] files, double fraction) {
    long[] starts = new long[files.length];
    long size = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = size;
      size += files[i];
    }
    Split split = Split.of(size, starts, fraction, ValidationFrom.SPREAD);
    assertPartition(split, size);
    assertThat(size(split.validation())).isEqualTo(Math.round(size * fraction));
    assertThat(Split.of(size, starts, fraction, ValidationFrom.SPREAD)).isEqualTo(split);
    for (int i = 0; i < starts.length; i++) {
      double share = files[i] * fraction;
      long held = within(split.validation(), starts[i], starts[i] + files[i]);
      if (share >= 1_000) { // neighbours that are too short for a piece add at most 100
        assertThat((double) held).isBetween(share * 0.6, share * 1.2);
      }
    }
  }

  @Test
  void longTextHasFiftyPiecesAtEqualDistances() {
    Split split = Split.of(1_000_000, ONE_FILE, 0.05, ValidationFrom.SPREAD);
    List<Part> pieces = split.validation();
    assertThat(pieces).hasSize(50).allMatch(piece -> piece.size() == 1_000);
    for (int i = 0; i < 50; i++) { // in the middle of each fiftieth
      assertThat(pieces.get(i).from()).isEqualTo(20_000L * i + 9_500);
    }
    assertThat(split.training()).hasSize(51);
  }

  @ParameterizedTest
  @CsvSource({"40000, 0.05, 4", "1000, 0.1, 1", "40, 0.05, 1", "10000000000, 0.00005, 50"})
  void piecesAreLongEnough(long size, double fraction, int pieces) {
    Split split = Split.of(size, ONE_FILE, fraction, ValidationFrom.SPREAD);
    assertThat(split.validation()).hasSize(pieces);
    assertThat(size(split.validation())).isEqualTo(Math.round(size * fraction));
  }

  /** A file in another language after a book: both are validated in proportion. */
  @Test
  void eachFileHasItsOwnPieces() {
    Split split = Split.of(130_000, new long[] {0, 100_000}, 0.1, ValidationFrom.SPREAD);
    assertThat(within(split.validation(), 0, 100_000)).isEqualTo(10_000);
    assertThat(within(split.validation(), 100_000, 130_000)).isEqualTo(3_000);
    assertThat(split.validation())
        .noneMatch(piece -> piece.from() < 100_000 && piece.to() > 100_000);
  }

  @Test
  void manyTinyFilesAreOneText() {
    long[] starts = new long[10_000];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = i * 10L;
    }
    List<Part> pieces = Split.of(100_000, starts, 0.1, ValidationFrom.SPREAD).validation();
    assertThat(size(pieces)).isEqualTo(10_000);
    assertThat(pieces).allMatch(piece -> piece.size() >= 100);
  }

  @Test
  void partsAreRangesOfTheIds() {
    TokenIds ids = TokenIds.of(10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    Split split = Split.of(10, ONE_FILE, 0.2, ValidationFrom.SPREAD);
    List<Integer> training = new ArrayList<>();
    for (TokenRange range : split.training(ids).ranges()) {
      for (long i = 0; i < range.size(); i++) {
        training.add(range.get(i));
      }
    }
    assertThat(training).containsExactly(0, 1, 2, 3, 6, 7, 8, 9);
    assertThat(split.validation(ids).ranges()).hasSize(1);
    assertThat(split.validation(ids).ranges().get(0).get(1)).isEqualTo(5);
    assertThat(split.validation(ids).name()).isEqualTo("the validation text");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void fractionOutsideItsRangeIsRejected(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Split.of(5, ONE_FILE, fraction, ValidationFrom.END))
        .withMessageContaining("got " + fraction);
  }

  @Test
  void indexBeyondTheRangeIsRejected() {
    TokenRange part = new TokenRange("part", TokenIds.of(10, 5, 6, 7, 8), 1, 3);
    assertThat(part.size()).isEqualTo(2);
    assertThat(part.get(0)).isEqualTo(6);
    assertThat(part.get(1)).isEqualTo(7);
    assertThatThrownBy(() -> part.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
