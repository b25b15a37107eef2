package org.charrnn.cli;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.charrnn.InputException;
import org.charrnn.bulk.BulkGeneration;
import org.charrnn.bulk.BulkGeneration.Prime;
import org.charrnn.cli.options.PrimeOptions;
import org.charrnn.cli.options.UnknownTokens;
import org.charrnn.cli.sampling.JsonTexts;
import org.charrnn.engine.Engine;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.TextInput;
import org.charrnn.text.files.TextLines;
import org.charrnn.text.files.TextLines.Line;
import org.charrnn.train.ProgressBar;

/**
 * A file with a prime on each line. The texts are printed as JSON objects, one per line, in the
 * order of the file; a line that cannot be continued has an object with the error in its place.
 */
final class PromptFile {
  private final String name;
  private final List<Line> lines;
  private final Vocabulary vocabulary;
  private final TextNormalization normalization;

  /**
   * A line.
   *
   * @param ids null if it cannot be continued
   * @param error why not; else null
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Encoded(String prime, int[] ids, String error) {}

  private int longest; // tokens of a prime
  private boolean hasEmptyPrime;

  /**
   * Reads a file.
   *
   * @param remarks receives remarks on lines that are probably not as they were meant
   * @throws InputException if it cannot be read, or has no lines
   */
  PromptFile(
      Path file, Vocabulary vocabulary, TextNormalization normalization, Consumer<String> remarks) {
    this.name = TextInput.name(file);
    this.vocabulary = vocabulary;
    this.normalization = normalization;
    lines = TextLines.read(file);
    if (lines.isEmpty()) {
      throw new InputException(name + " has no lines; it needs a prime on each line");
    }
    examine(remarks);
  }

  /** Looks for what concerns all lines. */
  private void examine(Consumer<String> remarks) {
    Set<String> unknown = new LinkedHashSet<>();
    int firstUnknown = 0;
    Optional<String> hint = Optional.empty();
    for (int i = 0; i < lines.size(); i++) {
      Encoded line = encode(i);
      if (hint.isEmpty()) {
        String where = "%s, line %d: ".formatted(name, i + 1);
        hint = PrimeOptions.escapeHintForLine(line.prime()).map(text -> where + text);
      }
      if (line.error() == null) {
        longest = Math.max(longest, line.ids().length);
        hasEmptyPrime |= line.ids().length == 0;
        firstUnknown = unknown.isEmpty() ? i : firstUnknown;
        unknown.addAll(vocabulary.unknownTokens(line.prime()));
      }
    }
    hint.ifPresent(remarks);
    UnknownTokens.describe(
            "%s, from line %d".formatted(name, firstUnknown + 1), vocabulary, unknown)
        .ifPresent(remarks);
  }

  /** Returns a prime as the model reads it. */
  private String prime(int index) {
    return normalization.apply(lines.get(index).text());
  }

  /** Returns a prime as the model reads it, and its ids. */
  private Encoded encode(int index) {
    String prime = prime(index);
    if (lines.get(index).problem().isPresent()) {
      return new Encoded(prime, null, lines.get(index).problem().get());
    }
    try {
      return new Encoded(prime, vocabulary.encode(prime), null);
    } catch (IllegalArgumentException e) {
      return new Encoded(prime, null, e.getMessage());
    }
  }

  /** Returns the number of tokens of the longest prime. */
  int longest() {
    return longest;
  }

  /** Returns whether a line is empty, so that its text starts with any token. */
  boolean hasEmptyPrime() {
    return hasEmptyPrime;
  }

  /**
   * Generates the texts and prints each with its prime, as soon as those before it are printed.
   *
   * @return a line about lines that cannot be continued, if there are any
   */
  Optional<String> generate(
      Engine engine, TrainedModel model, BulkGeneration generation, int batchSize, JsonTexts out) {
    try (Printer printer = new Printer(generation.count(), out)) {
      generation.generate(
          engine,
          model,
          new Primes(printer.failed),
          batchSize,
          (index, text) -> {
            printer.printFailedBefore(index);
            printer.print(() -> out.print(prime((int) index), text), 1);
          });
      printer.printFailedBefore(lines.size());
      return printer.failures == 0
          ? Optional.empty()
          : Optional.of(
              String.format(
                  Locale.ROOT,
                  "%,d of the %,d lines of %s cannot be continued; the output has their errors",
                  printer.failures,
                  lines.size(),
                  name));
    }
  }

  /** The primes that can be continued. */
  private final class Primes implements Iterator<Prime> {
    private final Deque<Integer> failed; // receives the lines between them
    private int index;
    private Prime next; // null if not looked for, or if there is none

    Primes(Deque<Integer> failed) {
      this.failed = failed;
    }

    @Override
    public boolean hasNext() {
      while (next == null && index < lines.size()) {
        int[] ids = encode(index).ids();
        if (ids == null) {
          failed.add(index);
        } else {
          next = new Prime(index, ids);
        }
        index++;
      }
      return next != null;
    }

    @Override
    public Prime next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Prime found = next;
      next = null;
      return found;
    }
  }

  /** Prints texts and errors in the order of the lines, with progress on a terminal. */
  private final class Printer implements AutoCloseable {
    private final Deque<Integer> failed = new ArrayDeque<>(); // lines whose error is not printed
    private final int count;
    private final JsonTexts out;
    private final ProgressBar bar;
    private int failures; // printed
    private long done; // texts

    Printer(int count, JsonTexts out) {
      this.count = count;
      this.out = out;
      bar = ProgressBar.start("sample", (long) lines.size() * count);
    }

    void printFailedBefore(long end) {
      while (!failed.isEmpty() && failed.peek() < end) {
        int index = failed.poll();
        Encoded line = encode(index);
        print(() -> out.printError(line.prime(), index + 1, line.error()), count);
        failures++;
      }
    }

    void print(Runnable printing, int texts) {
      bar.print(printing);
      done += texts;
      bar.step(done, () -> "");
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
