package org.charrnn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.charrnn.InputException;
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
