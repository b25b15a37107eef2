package org.charrnn.text;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.charrnn.InputException;

/**
 * A text of any size as ids. Memory holds the ids and the vocabulary, never the text.
 *
 * @param ids of all files' tokens in order
 * @param files what was read
 * @param unknowns how many of the ids are the unknown token's
 */
public record Corpus(Vocabulary vocabulary, TokenIds ids, List<Path> files, long unknowns) {
  public Corpus {
    files = List.copyOf(files);
  }

  /**
   * Reads files to learn: once to find their vocabulary, once to encode them.
   *
   * @throws InputException if a file cannot be read, is not text in its encoding, or there is no
   *     text at all
   */
  public static Corpus read(
      List<Path> files, TextFormat format, VocabularySettings settings, ReadProgress progress) {
    CorpusReader reader = new CorpusReader(files, format, 2, progress);
    TokenCounts counts = new TokenCounts();
    reader.read(settings.level(), (file, token) -> counts.add(token));
    requireText(files, counts.total());
    Vocabulary vocabulary = Vocabulary.of(counts, settings);
    Encoder encoder = new Encoder(vocabulary);
    reader.read(settings.level(), encoder);
    if (encoder.missed > 0 || encoder.ids.size() != counts.total()) {
      throw new InputException("the text changed while it was read; try again when it does not");
    }
    return new Corpus(vocabulary, encoder.ids, files, encoder.unknowns);
  }

  /**
   * Reads files for a model that is there already.
   *
   * @throws InputException as {@link #read} does, and if the text has tokens that the vocabulary
   *     has not, nor an unknown token for them
   */
  public static Corpus encode(
      List<Path> files, TextFormat format, Vocabulary vocabulary, ReadProgress progress) {
    Encoder encoder = new Encoder(vocabulary);
    new CorpusReader(files, format, 1, progress).read(vocabulary.level(), encoder);
    encoder.requireAllKnown();
    requireText(files, encoder.ids.size());
    return new Corpus(vocabulary, encoder.ids, files, encoder.unknowns);
  }

  private static void requireText(List<Path> files, long tokens) {
    if (tokens == 0) {
      throw new InputException(
          files.size() == 1
              ? files.get(0) + " is empty; give some text"
              : "all %,d files are empty, %s the first; give some text"
                  .formatted(files.size(), files.get(0)));
    }
  }

  /** SHA-256 of the ids: changes with anything that a model of this vocabulary can see. */
  public String sha256() {
    return ids.sha256();
  }

  private static final class Encoder implements CorpusReader.Sink {
    final Vocabulary vocabulary;
    final TokenIds ids;
    long unknowns;
    final Map<String, Path> missing = new LinkedHashMap<>(); // tokens without an id, where first
    long missed; // how often there was one of them

    Encoder(Vocabulary vocabulary) {
      this.vocabulary = vocabulary;
      this.ids = new TokenIds(vocabulary.size());
    }

    @Override
    public void accept(Path file, String token) {
      int id = vocabulary.find(token);
      if (id < 0) {
        missing.putIfAbsent(token, file);
        missed++;
        return;
      }
      ids.add(id);
      if (vocabulary.isUnknown(id)) {
        unknowns++;
      }
    }

    void requireAllKnown() {
      if (missed > 0) {
        Level level = vocabulary.level();
        throw new InputException(
            String.format(
                Locale.ROOT,
                "the model's vocabulary lacks %,d of the text's %,d %ss: %s, first in %s; a model"
                    + " trained with --min-count 2 takes any",
                missed,
                missed + ids.size(),
                level.noun(),
                level.quoteSome(missing.keySet()),
                missing.values().iterator().next()));
      }
    }
  }
}
