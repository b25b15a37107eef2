package org.charrnn.text.files;

import java.nio.file.Path;
import java.util.List;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.text.TokenIds;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Split;

/**
 * A text of any size as token ids.
 *
 * @param vocabulary vocabulary that the ids refer to
 * @param ids ids of the tokens of all files, in order
 * @param files files that were read
 * @param starts index of the first token of each file
 * @param distinct number of distinct tokens of the text
 * @param known number of those that are in the vocabulary
 * @param unknowns number of ids that are the unknown token
 */
@SuppressWarnings("ArrayRecordComponent") // a data carrier, never compared
public record Corpus(
    Vocabulary vocabulary,
    TokenIds ids,
    List<Path> files,
    long[] starts,
    int distinct,
    int known,
    long unknowns) {
  public Corpus {
    files = List.copyOf(files);
  }

  /** Splits the text for training and validation. */
  public Split split(double validation, ValidationFrom from) {
    return Split.of(ids.size(), starts, validation, from);
  }

  /**
   * Returns the SHA-256 of the ids in hexadecimal. Texts that the vocabulary encodes in the same
   * way have the same checksum.
   */
  public String sha256() {
    return ids.sha256();
  }
}
