package org.charrnn.text.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.charrnn.InputException;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;
import org.junit.jupiter.api.Test;

class StreamBatcherTest {
  @Test
  void batchesFollowTheFormula() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      int batchSize = 1 + random.nextInt(5);
      int sequenceLength = 1 + random.nextInt(6);
      int n = batchSize * sequenceLength + 1 + random.nextInt(60);
      int from = random.nextInt(10);
      // Every id is its own position; ids before and after the range must not be in any batch.
      TokenIds ids = TokenIds.of(200, IntStream.range(0, from + n + 10).toArray());
      StreamBatcher batcher =
          new StreamBatcher(
              new TokenRange("the text", ids, from, from + n), batchSize, sequenceLength);

      int streamLength = (n - 1) / batchSize;
      assertThat(batcher.batches()).isEqualTo(streamLength / sequenceLength);
      int[] inputs = new int[batcher.batchLength()];
      int[] targets = new int[batcher.batchLength()];
      for (int k = 0; k < batcher.batches(); k++) {
        batcher.fill(k, inputs, targets);
        for (int b = 0; b < batchSize; b++) {
          for (int t = 0; t < sequenceLength; t++) {
            int position = from + b * streamLength + k * sequenceLength + t;
            assertThat(inputs[b * sequenceLength + t]).isEqualTo(position);
            assertThat(targets[b * sequenceLength + t])
                .isEqualTo(position + 1)
                .isLessThan(from + n);
          }
        }
      }
    }
  }

  /**
   * Every id is its own position. So a window of neighbours is inside one range; together the
   * streams have as many windows as fit, none twice, in order.
   */
  @Test
  void noWindowCrossesCut() {
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      int batchSize = 1 + random.nextInt(4);
      int sequenceLength = 1 + random.nextInt(5);
      List<TokenRange> ranges = new ArrayList<>();
      TokenIds ids = TokenIds.of(1000, IntStream.range(0, 400).toArray());
      int from = random.nextInt(5);
      for (int r = 0; r < 2 + random.nextInt(5); r++) {
        int to = from + random.nextInt(30);
        ranges.add(new TokenRange("", ids, from, to));
        from = to + 1 + random.nextInt(5); // what is between belongs to no range
      }
      long windows =
          ranges.stream().mapToLong(r -> Math.max(0, r.size() - 1) / sequenceLength).sum();
      if (ranges.stream().filter(r -> r.size() > 0).count() < 2 || windows < batchSize) {
        continue;
      }
      StreamBatcher batcher =
          new StreamBatcher(new TokenRanges("the text", ranges), batchSize, sequenceLength);
      assertThat(batcher.batches()).isEqualTo(windows / batchSize);
      int[] inputs = new int[batcher.batchLength()];
      int[] targets = new int[batcher.batchLength()];
      int[][] starts = new int[batchSize][(int) batcher.batches()];
      for (int k = 0; k < batcher.batches(); k++) {
        batcher.fill(k, inputs, targets);
        for (int b = 0; b < batchSize; b++) {
          int start = inputs[b * sequenceLength];
          starts[b][k] = start;
          for (int t = 0; t < sequenceLength; t++) {
            assertThat(inputs[b * sequenceLength + t]).isEqualTo(start + t);
            assertThat(targets[b * sequenceLength + t]).isEqualTo(start + t + 1);
          }
          assertThat(ranges)
              .anyMatch(
                  r ->
                      r.from() <= start
                          && start + sequenceLength < r.to()
                          && (start - r.from()) % sequenceLength == 0);
        }
      }
      int[] inOrder = Arrays.stream(starts).flatMapToInt(Arrays::stream).toArray();
      assertThat(inOrder).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void textWithoutCutsIsReadAsBeforeThereWereCuts() {
    TokenIds ids = TokenIds.of(200, IntStream.range(0, 100).toArray());
    TokenRange range = new TokenRange("the text", ids, 3, 98);
    TokenRange empty = new TokenRange("the text", ids, 99, 99);
    StreamBatcher cut =
        new StreamBatcher(new TokenRanges("the text", List.of(empty, range, empty)), 4, 7);
    StreamBatcher uncut = new StreamBatcher(range, 4, 7);
    assertThat(cut.batches()).isEqualTo(uncut.batches()).isEqualTo(3);
    int[][] arrays = new int[4][28];
    for (int k = 0; k < 3; k++) {
      cut.fill(k, arrays[0], arrays[1]);
      uncut.fill(k, arrays[2], arrays[3]);
      assertThat(arrays[0]).isEqualTo(arrays[2]);
      assertThat(arrays[1]).isEqualTo(arrays[3]);
    }
  }

  @Test
  void partsThatAreTooShortAreRejected() {
    TokenIds ids = TokenIds.of(10, new int[10]);
    List<TokenRange> parts = List.of(new TokenRange("", ids, 0, 5), new TokenRange("", ids, 5, 10));
    assertThat(new StreamBatcher(new TokenRanges("the text", parts), 2, 4).batches()).isEqualTo(1);
    assertThatThrownBy(() -> new StreamBatcher(new TokenRanges("the text", parts), 1, 5))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "the text has 10 tokens in 2 parts, but a batch of 1 streams of 5 tokens");
  }

  @Test
  void textOfOneBatchIsEnoughButOneTokenLessIsRejected() {
    TokenIds ids = TokenIds.of(10, new int[7]);
    assertThat(new StreamBatcher(new TokenRange("the text", ids, 0, 7), 2, 3).batches())
        .isEqualTo(1);
    assertThatThrownBy(
            () -> new StreamBatcher(new TokenRange("the validation text", ids, 1, 7), 2, 3))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the validation text has 6 tokens, but a batch of 2 streams of 3 tokens and the token"
                + " after it need 7; use more text, or a smaller batch size or sequence length");
  }

  @Test
  void emptyTextIsRejected() {
    TokenRange empty = new TokenRange("the text", TokenIds.of(10), 0, 0);
    assertThatThrownBy(() -> new StreamBatcher(empty, 1, 1)).isInstanceOf(InputException.class);
  }

  @Test
  void arraysMustHaveTheSizeOfABatch() {
    TokenRange text = new TokenRange("the text", TokenIds.of(10, new int[7]), 0, 7);
    StreamBatcher batcher = new StreamBatcher(text, 2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batcher.fill(0, new int[6], new int[5]))
        .withMessage("a batch has 6 ids, got arrays of 6 and 5");
    assertThatThrownBy(() -> batcher.fill(1, new int[6], new int[6]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void sizesMustBePositive() {
    TokenRange text = new TokenRange("the text", TokenIds.of(10, new int[7]), 0, 7);
    assertThatIllegalArgumentException().isThrownBy(() -> new StreamBatcher(text, 0, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> new StreamBatcher(text, 2, 0));
  }
}
