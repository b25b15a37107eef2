package org.charrnn.text.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.charrnn.InputException;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.text.Level;
import org.charrnn.text.Split;
import org.charrnn.text.TokenCounts;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.Vocabulary;

/**
 * The tokens of files whose vocabulary is not yet known. Files are read once, so a pipe will do.
 * Memory holds each distinct token and the index of each token of the text, never the text.
 */
public final class TokenizedText {
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

  /**
   * Reads files.
   *
   * @throws InputException if a file cannot be read or is not text in its encoding, or if all files
   *     are empty
   */
  public static TokenizedText read(
      List<Path> files, TextFormat format, Level level, ReadProgress progress) {
    TokenizedText text = new TokenizedText(level, files);
    Map<String, Integer> found = new HashMap<>();
    CorpusReader reader = new CorpusReader(files, format, progress);
    for (int i = 0; i < files.size(); i++) {
      text.starts[i] = text.size();
      reader.read(i, level, token -> text.add(token, found));
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
              ? files.get(0) + " is empty; use a file with text"
              : "all %,d files are empty, starting with %s; use files with text"
                  .formatted(files.size(), files.get(0)));
    }
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
    requireAllKnown(ids);
    long unknowns = 0;
    TokenIds encoded = new TokenIds(vocabulary.size());
    for (long i = 0; i < size(); i++) {
      int id = ids[indices.get(i)];
      encoded.add(id);
      if (vocabulary.isUnknown(id)) {
        unknowns++;
      }
    }
    return new Corpus(vocabulary, encoded, files, starts, unknowns);
  }

  private void requireAllKnown(int[] ids) {
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
    if (occurrences > 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the model's vocabulary lacks %,d of the text's %,d %ss: %s, first in %s; a training"
                  + " on this text that starts from the model's weights adds them",
              occurrences,
              size(),
              level.noun(),
              level.quoteSome(missing),
              files.get(fileAt(first))));
    }
  }

  private int fileAt(long index) {
    int file = starts.length - 1;
    while (starts[file] > index) {
      file--;
    }
    return file;
  }
}
