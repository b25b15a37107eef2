package org.charrnn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.charrnn.InputException;
import org.charrnn.bulk.BulkGeneration;
import org.charrnn.cli.options.UnknownTokens;
import org.charrnn.cli.sampling.JsonTexts;
import org.charrnn.decoding.GeneratedText;
import org.charrnn.engine.Engine;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TextInput;
import org.charrnn.text.files.TextReader;

/** A file with a prime on each line. The texts are printed as JSON objects, one per line. */
final class PromptFile {
  private final Path file;
  private final List<String> primes;
  private final Vocabulary vocabulary;
  private final List<int[]> ids = new ArrayList<>();

  /**
   * Reads a file.
   *
   * @throws InputException if it has no lines, or tokens that are not in the vocabulary
   */
  PromptFile(Path file, Vocabulary vocabulary, TextNormalization normalization) {
    this.file = file;
    this.vocabulary = vocabulary;
    primes = lines(file).stream().map(normalization::apply).toList();
    if (primes.isEmpty()) {
      throw new InputException(
          TextInput.name(file) + " has no lines; it needs a prime on each line");
    }
    primes.forEach(prime -> ids.add(encode(prime)));
  }

  private static List<String> lines(Path file) {
    try (BufferedReader reader = new BufferedReader(new TextReader(file, TextFormat.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a TextReader throws none
    }
  }

  private int[] encode(String prime) {
    try {
      return vocabulary.encode(prime);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "%s, line %d: %s".formatted(TextInput.name(file), ids.size() + 1, e.getMessage()), e);
    }
  }

  /** Returns a line about unknown tokens, if there are any; it names the first line with one. */
  Optional<String> unknownTokens() {
    Set<String> unknown = new LinkedHashSet<>();
    int first = 0;
    for (int i = 0; i < primes.size(); i++) {
      first = unknown.isEmpty() ? i : first;
      unknown.addAll(vocabulary.unknownTokens(primes.get(i)));
    }
    return UnknownTokens.describe(
        "%s, from line %d".formatted(TextInput.name(file), first + 1), vocabulary, unknown);
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
