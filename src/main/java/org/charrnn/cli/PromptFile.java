package org.charrnn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.InputException;
import org.charrnn.bulk.BulkGeneration;
import org.charrnn.cli.sampling.JsonTexts;
import org.charrnn.decoding.GeneratedText;
import org.charrnn.engine.Engine;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TextReader;

/** A file with a prime on each line. The texts are printed as JSON objects, one per line. */
final class PromptFile {
  private final Path file;
  private final List<String> primes;
  private final List<int[]> ids = new ArrayList<>();

  /**
   * Reads a file.
   *
   * @throws InputException if it has no lines, or tokens that are not in the vocabulary
   */
  PromptFile(Path file, Vocabulary vocabulary) {
    this.file = file;
    primes = lines(file);
    if (primes.isEmpty()) {
      throw new InputException(file + " has no lines; it needs a prime on each line");
    }
    primes.forEach(prime -> ids.add(encode(prime, vocabulary)));
  }

  private static List<String> lines(Path file) {
    try (BufferedReader reader = new BufferedReader(new TextReader(file, TextFormat.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a TextReader throws none
    }
  }

  private int[] encode(String prime, Vocabulary vocabulary) {
    try {
      return vocabulary.encode(prime);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "%s, line %d: %s".formatted(file, ids.size() + 1, e.getMessage()), e);
    }
  }

  /** Returns whether a line is empty, so that its text starts with any token. */
  boolean hasEmptyPrime() {
    return ids.stream().anyMatch(prime -> prime.length == 0);
  }

  /** Generates the texts and prints each with its prime. */
  void generate(Engine engine, TrainedModel model, BulkGeneration generation, JsonTexts out) {
    List<List<GeneratedText>> texts = generation.generate(engine, model, ids);
    for (int i = 0; i < primes.size(); i++) {
      String prime = primes.get(i);
      texts.get(i).forEach(text -> out.print(prime, text));
    }
  }
}
