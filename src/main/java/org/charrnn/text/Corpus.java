package org.charrnn.text;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
    Vocabulary vocabulary = Vocabulary.of(counts, settings);
    Encoder encoder = new Encoder(vocabulary);
    reader.read(settings.level(), encoder);
    if (encoder.missing > 0 || encoder.ids.size() != counts.total()) {
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
    if (encoder.ids.size() == 0) {
      throw new InputException("the text is empty; give some");
    }
    return new Corpus(vocabulary, encoder.ids, files, encoder.unknowns);
  }

  /** SHA-256 of the ids: changes with anything that a model of this vocabulary can see. */
  public String sha256() {
    return ids.sha256();
  }

  private static final class Encoder implements CorpusReader.Sink {
    final Vocabulary vocabulary;
    final TokenIds ids;
    long unknowns;
    long missing; // tokens without an id
    Path firstMissingFile;
    String firstMissing;

    Encoder(Vocabulary vocabulary) {
      this.vocabulary = vocabulary;
      this.ids = new TokenIds(vocabulary.size());
    }

    @Override
    public void accept(Path file, String token) {
      int id = vocabulary.find(token);
      if (id < 0) {
        if (missing++ == 0) {
          firstMissingFile = file;
          firstMissing = token;
        }
        return;
      }
      ids.add(id);
      if (vocabulary.isUnknown(id)) {
        unknowns++;
      }
    }

    void requireAllKnown() {
      if (missing > 0) {
        Level level = vocabulary.level();
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s has the %s %s, which the model's vocabulary lacks, as it does %,d of the"
                    + " text's %,d %ss; a model trained with --min-count 2 takes any",
                firstMissingFile,
                level.noun(),
                level.quote(firstMissing),
                missing,
                missing + ids.size(),
                level.noun()));
      }
    }
  }
}
