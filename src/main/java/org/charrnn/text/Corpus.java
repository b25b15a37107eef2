package org.charrnn.text;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.charrnn.InputException;

/**
 * A text of any size as token ids. Memory holds the ids and the vocabulary, never the text.
 *
 * @param vocabulary vocabulary that the ids refer to
 * @param ids ids of the tokens of all files, in order
 * @param files files that were read
 * @param unknowns number of ids that are the unknown token
 */
public record Corpus(Vocabulary vocabulary, TokenIds ids, List<Path> files, long unknowns) {
  public Corpus {
    files = List.copyOf(files);
  }

  /**
   * Builds the vocabulary of files and encodes them with it. Each file is read twice.
   *
   * @throws InputException if a file cannot be read, is not text in its encoding or changes between
   *     the two passes, if all files are empty, or if the vocabulary would be empty
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
    if (encoder.missingCount > 0 || encoder.ids.size() != counts.total()) {
      throw new InputException(
          "the text changed while it was read; try again when nothing writes to it");
    }
    return new Corpus(vocabulary, encoder.ids, files, encoder.unknowns);
  }

  /**
   * Encodes files with the vocabulary of an existing model.
   *
   * @throws InputException if a file cannot be read or is not text in its encoding, if all files
   *     are empty, or if tokens are not in the vocabulary, which has no unknown token
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
              ? files.get(0) + " is empty; use a file with text"
              : "all %,d files are empty, starting with %s; use files with text"
                  .formatted(files.size(), files.get(0)));
    }
  }

  /**
   * Returns the SHA-256 of the ids in hexadecimal. Texts that the vocabulary encodes in the same
   * way have the same checksum.
   */
  public String sha256() {
    return ids.sha256();
  }

  private static final class Encoder implements CorpusReader.Sink {
    final Vocabulary vocabulary;
    final TokenIds ids;
    long unknowns;
    final Map<String, Path> missing = new LinkedHashMap<>(); // token without an id -> first file
    long missingCount; // occurrences of such tokens

    Encoder(Vocabulary vocabulary) {
      this.vocabulary = vocabulary;
      this.ids = new TokenIds(vocabulary.size());
    }

    @Override
    public void accept(Path file, String token) {
      int id = vocabulary.find(token);
      if (id < 0) {
        missing.putIfAbsent(token, file);
        missingCount++;
        return;
      }
      ids.add(id);
      if (vocabulary.isUnknown(id)) {
        unknowns++;
      }
    }

    void requireAllKnown() {
      if (missingCount > 0) {
        Level level = vocabulary.level();
        throw new InputException(
            String.format(
                Locale.ROOT,
                "the model's vocabulary lacks %,d of the text's %,d %ss: %s, first in %s; a model"
                    + " trained with a minimum count of 2 accepts any text",
                missingCount,
                missingCount + ids.size(),
                level.noun(),
                level.quoteSome(missing.keySet()),
                missing.values().iterator().next()));
      }
    }
  }
}
