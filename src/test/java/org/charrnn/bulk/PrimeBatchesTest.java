package org.charrnn.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.charrnn.bulk.BulkGeneration.Prime;
import org.charrnn.model.generation.PrimeBatch;
import org.junit.jupiter.api.Test;

class PrimeBatchesTest {
  private static final int LENGTH = 10;
  private static final int SIZE = 4;

  private final List<PrimeBatches.Row> read = new ArrayList<>();

  /** Returns the batches of primes with these numbers of tokens. */
  private List<PrimeBatch> batches(int count, int... tokens) {
    List<PrimeBatch> batches = new ArrayList<>();
    new PrimeBatches(
            IntStream.range(0, tokens.length)
                .mapToObj(i -> new Prime(i, new int[tokens[i]]))
                .iterator(),
            count,
            LENGTH,
            SIZE,
            read::add)
        .forEachRemaining(batches::add);
    return batches;
  }

  private static List<List<Long>> rows(List<PrimeBatch> batches) {
    return batches.stream().map(batch -> Arrays.stream(batch.rows()).boxed().toList()).toList();
  }

  @Test
  void primesOfSimilarLengthAreInBatchesInTheirOrder() {
    assertThat(rows(batches(1, 0, 1, 2, 3, 4, 5)))
        .containsExactly(List.of(0L, 1L, 2L, 3L), List.of(4L, 5L));
    assertThat(rows(batches(3, 0, 1))).containsExactly(List.of(0L, 1L, 2L, 3L), List.of(4L, 5L));
  }

  @Test
  void primesOfOtherLengthAreInBatchesOfTheirOwn() {
    assertThat(rows(batches(1, 0, 900, 0, 900, 0, 900, 0, 900, 0)))
        .containsExactly(List.of(0L, 2L, 4L, 6L), List.of(1L, 3L, 5L, 7L), List.of(8L));
  }

  /** Index of the prime: lines that cannot be continued have their rows. */
  @Test
  void rowsHaveGapsWherePrimesAreMissing() {
    PrimeBatches batches =
        new PrimeBatches(
            List.of(new Prime(1, new int[2]), new Prime(4, new int[1])).iterator(),
            2,
            LENGTH,
            SIZE,
            read::add);
    assertThat(batches.next().rows()).containsExactly(2, 3, 8, 9);
    assertThat(batches.hasNext()).isFalse();
  }

  /** The only long prime must not wait for others to the end of the file. */
  @Test
  void noPrimeWaitsLong() {
    int[] tokens = new int[100];
    tokens[0] = 900;
    List<List<Long>> rows = rows(batches(1, tokens));
    assertThat(rows.indexOf(List.of(0L))).isBetween(1, 8);
  }

  @Test
  void eachTextIsInOneBatchWithTextsThatAreAtMostTwiceAsLong() {
    Random random = new Random(3);
    int[] tokens = random.ints(500, 0, 200).toArray();
    List<PrimeBatch> batches = batches(2, tokens);
    List<Long> all = new ArrayList<>();
    for (PrimeBatch batch : batches) {
      assertThat(batch.size()).isBetween(1, SIZE);
      int[] lengths = batch.primes().stream().mapToInt(ids -> ids.length + LENGTH).toArray();
      assertThat(IntStream.of(lengths).max().orElseThrow())
          .isLessThan(2 * IntStream.of(lengths).min().orElseThrow());
      for (int i = 0; i < batch.size(); i++) {
        long row = batch.rows()[i];
        assertThat(batch.primes().get(i)).hasSize(tokens[(int) row / 2]);
        all.add(row);
      }
    }
    List<Long> expected = LongStream.range(0, 1000).boxed().toList();
    assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(read.stream().map(PrimeBatches.Row::number)).isEqualTo(expected);
  }
}
