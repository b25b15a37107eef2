package org.charrnn.text.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.charrnn.InputException;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.text.Level;
import org.charrnn.text.TokenCounts;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.Tokenization;
import org.charrnn.text.UnicodeForm;
import org.charrnn.text.UnicodeForms;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Split;

/**
 * The tokens of files whose vocabulary is not yet known. Files are read once, so a pipe will do.
 * Memory holds each distinct token and the index of each token of the text, never the text.
 */
public final class TokenizedText {
  private static final int MAX_UNKNOWNS_TRIED = 1000;

  private final Level level;
  private final List<Path> files;
  private final long[] starts; // index of the first token of each file
  private final List<String> distinct = new ArrayList<>(); // in the order of their first occurrence
  private final TokenIds indices = new TokenIds(1); // into distinct

  private TokenizedText(Level level, List<Path> files) {
    this.level = level;
    this.files = List.copyOf(files);
    this.starts = new long[files.size()];
  }

  /** Reads files for a new model. */
  public static TokenizedText read(
      List<Path> files, TextFormat format, Level level, ReadProgress progress) {
    return read(files, format, Tokenization.newest(level), progress);
  }

  /**
   * Reads files.
   *
   * @param tokenization how the text is split into tokens
   * @throws InputException if a file cannot be read, if all files are empty, or if files are not
   *     text in their encoding: all of these are named
   */
  public static TokenizedText read(
      List<Path> files, TextFormat format, Tokenization tokenization, ReadProgress progress) {
    TokenizedText text = new TokenizedText(tokenization.level(), files);
    Map<String, Integer> found = new HashMap<>();
    CorpusReader reader = new CorpusReader(files, format, progress);
    List<NotTextException> failures = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      int file = i;
      text.starts[file] = text.size();
      try {
        reader.read(
            file,
            tokenization,
            token -> text.add(token, found),
            () -> text.starts[file] = text.size());
      } catch (NotTextException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw NotTextException.all(failures);
    }
    text.requireTokens();
    return text;
  }

  private void add(String token, Map<String, Integer> found) {
    Integer index = found.get(token);
    if (index == null) {
      index = distinct.size();
      found.put(token, index);
      distinct.add(token);
      indices.widen(distinct.size());
    }
    indices.add(index);
  }

  private void requireTokens() {
    if (size() == 0) {
      throw new InputException(
          files.size() == 1
              ? TextInput.name(files.get(0)) + " is empty; use a file with text"
              : "all %,d files are empty, starting with %s; use files with text"
                  .formatted(files.size(), files.get(0)));
    }
  }

  /** Describes letters of the text in two Unicode forms; empty if there are none. */
  public Optional<String> mixedForms() {
    return UnicodeForms.mixed(level, distinct, indices);
  }

  /** Returns the number of tokens of all files. */
  public long size() {
    return indices.size();
  }

  /** Returns the index of the first token of each file. */
  public long[] starts() {
    return starts.clone();
  }

  /**
   * Returns the parts of the text that are trained on, whose tokens {@link #count} counts.
   *
   * @param validation fraction of the text held out for validation, in [0, 1)
   */
  public List<TokenRange> training(double validation, ValidationFrom from) {
    return Split.of(size(), starts, validation, from).training(indices).ranges();
  }

  /** Returns the number of occurrences of each token in parts of the text. */
  public TokenCounts count(List<TokenRange> parts) {
    long[] occurrences = new long[distinct.size()];
    for (TokenRange part : parts) {
      for (long i = part.from(); i < part.to(); i++) {
        occurrences[indices.get(i)]++;
      }
    }
    TokenCounts counts = new TokenCounts();
    for (int i = 0; i < occurrences.length; i++) {
      counts.add(distinct.get(i), occurrences[i]);
    }
    return counts;
  }

  /** Returns the number of occurrences of each token in the whole text. */
  public TokenCounts count() {
    return count(List.of(new TokenRange("the text", indices, 0, size())));
  }

  /**
   * Encodes the text with a vocabulary.
   *
   * @throws InputException if tokens are not in the vocabulary, which has no unknown token
   */
  public Corpus encode(Vocabulary vocabulary) {
    int[] ids = distinct.stream().mapToInt(vocabulary::find).toArray();
    requireAllKnown(ids, vocabulary);
    long unknowns = 0;
    TokenIds encoded = new TokenIds(vocabulary.size());
    for (long i = 0; i < size(); i++) {
      int id = ids[indices.get(i)];
      encoded.add(id);
      if (vocabulary.isUnknown(id)) {
        unknowns++;
      }
    }
    int known = (int) IntStream.of(ids).filter(id -> !vocabulary.isUnknown(id)).count();
    return new Corpus(vocabulary, encoded, files, starts, distinct.size(), known, unknowns);
  }

  private void requireAllKnown(int[] ids, Vocabulary vocabulary) {
    if (IntStream.of(ids).allMatch(id -> id >= 0)) {
      return; // as usual, without a pass over the text
    }
    Set<String> missing = new LinkedHashSet<>();
    long first = -1;
    long occurrences = 0;
    for (long i = 0; i < size(); i++) {
      int index = indices.get(i);
      if (ids[index] < 0) {
        missing.add(distinct.get(index));
        occurrences++;
        first = first < 0 ? i : first;
      }
    }
    throw new InputException(
        String.format(
            Locale.ROOT,
            "the model's vocabulary lacks %,d of the text's %,d %ss: %s, first in %s; %s",
            occurrences,
            size(),
            level.noun(),
            level.quoteSome(missing),
            TextInput.name(files.get(fileAt(first))),
            advice(vocabulary)));
  }

  private String advice(Vocabulary vocabulary) {
    return betterForm(vocabulary)
        .map(UnicodeForms::advice)
        .orElse("a training on this text that starts from the model's weights adds them");
  }

  /** Returns the Unicode form in which a vocabulary knows more of the text; empty for its own. */
  public Optional<UnicodeForm> betterForm(Vocabulary vocabulary) {
    int[] ids = distinct.stream().mapToInt(vocabulary::find).toArray();
    int tries = MAX_UNKNOWNS_TRIED;
    for (long i = 0; i < size() && tries > 0; i++) {
      int id = ids[indices.get(i)];
      if (id < 0 || vocabulary.isUnknown(id)) {
        tries--;
        String around = token(i - 1) + token(i) + token(i + 1);
        Optional<UnicodeForm> form = UnicodeForms.better(vocabulary, around);
        if (form.isPresent()) {
          return form;
        }
      }
    }
    return Optional.empty();
  }

  private String token(long index) {
    return index < 0 || index >= size() ? "" : distinct.get(indices.get(index));
  }

  private int fileAt(long index) {
    int file = starts.length - 1;
    while (starts[file] > index) {
      file--;
    }
    return file;
  }
}
