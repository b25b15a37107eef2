package org.charrnn.bulk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.charrnn.bulk.BulkGeneration.Prime;
import org.charrnn.model.generation.PrimeBatch;

/**
 * Cuts primes into batches of texts. A batch computes as many steps as its longest text has tokens,
 * so texts are in one batch only if none is more than twice as long as another. No text waits long
 * for others of its length: primes of one length, as usual, are in batches in their order.
 */
final class PrimeBatches implements Iterator<PrimeBatch> {
  /** A text is in a batch before the text that comes this many batches later. */
  private static final int MAX_WAIT = 8;

  private final Iterator<Prime> primes;
  private final int count;
  private final int length;
  private final int batchSize;
  private final Consumer<Row> onRead;
  private final Map<Integer, Deque<Row>> waiting = new HashMap<>(); // by log2 of the length
  private Prime prime; // null before the first one
  private int copies; // of the prime, which have been read
  private long rowsRead;

  /**
   * A text to generate.
   *
   * @param index in the order of the texts, without gaps
   * @param number decides about its random numbers, with gaps
   */
  record Row(long index, long number, Prime prime) {}

  /**
   * @param count texts from each prime
   * @param length tokens that each text adds to its prime
   * @param batchSize maximum number of texts in a batch
   * @param onRead is called with each text in order, before it is in a batch
   */
  PrimeBatches(Iterator<Prime> primes, int count, int length, int batchSize, Consumer<Row> onRead) {
    this.primes = primes;
    this.count = count;
    this.length = length;
    this.batchSize = batchSize;
    this.onRead = onRead;
  }

  @Override
  public boolean hasNext() {
    return !waiting.isEmpty() || hasNextRow();
  }

  @Override
  public PrimeBatch next() {
    while (hasNextRow() && rowsRead - oldest() < (long) MAX_WAIT * batchSize) {
      Row row = nextRow();
      onRead.accept(row);
      int key = key(row);
      Deque<Row> similar = waiting.computeIfAbsent(key, k -> new ArrayDeque<>());
      similar.add(row);
      if (similar.size() == batchSize) {
        return batch(key);
      }
    }
    return batch(
        waiting.keySet().stream()
            .min(Comparator.comparing(key -> waiting.get(key).getFirst().index()))
            .orElseThrow(NoSuchElementException::new));
  }

  private boolean hasNextRow() {
    return (prime != null && copies < count) || primes.hasNext();
  }

  private Row nextRow() {
    if (prime == null || copies == count) {
      prime = primes.next();
      copies = 0;
    }
    return new Row(rowsRead++, prime.index() * count + copies++, prime);
  }

  /** Returns the index of the text that has waited longest, or of the next one. */
  private long oldest() {
    return waiting.values().stream()
        .mapToLong(rows -> rows.getFirst().index())
        .min()
        .orElse(rowsRead);
  }

  private int key(Row row) {
    long tokens = (long) row.prime().ids().length + length;
    return Long.SIZE - Long.numberOfLeadingZeros(tokens);
  }

  private PrimeBatch batch(int key) {
    Deque<Row> rows = waiting.remove(key);
    return new PrimeBatch(
        new ArrayList<>(rows.stream().map(row -> row.prime().ids()).toList()),
        rows.stream().mapToLong(Row::number).toArray());
  }
}
