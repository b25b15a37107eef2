package org.charrnn.text.batches;

import java.util.ArrayList;
import java.util.List;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRange;
import org.charrnn.text.TokenRanges;

/**
 * A text divided into parts for training and parts for validation. It follows from the length of
 * the text and of its files alone.
 *
 * <p>Validation is at the end of the text, or spread over it. If it is spread, every file gets its
 * share; neighbouring files that are too short for a piece are treated as one. The share of a file
 * is cut into pieces that lie in the middle of equal parts of the file.
 *
 * @param training parts, in their order
 * @param validation parts, in their order; empty without validation
 */
public record Split(List<Part> training, List<Part> validation) {
  /** Pieces of a text in one file. */
  private static final int PIECES = 50;

  /** What a piece should have at least, so that most of its tokens have some context. */
  private static final int MIN_PIECE = 500;

  /** Validation tokens of a file that is not treated as one with its neighbours. */
  private static final int MIN_SHARE = 100;

  /**
   * A part of the text.
   *
   * @param from index of the first token
   * @param to one more than the index of the last
   */
  public record Part(long from, long to) {
    /** The number of tokens. */
    public long size() {
      return to - from;
    }
  }

  public Split {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
  }

  /**
   * Splits a text.
   *
   * @param size tokens of the text
   * @param starts index of the first token of each file
   * @param validation fraction of the text held out for validation, in [0, 1)
   */
  public static Split of(long size, long[] starts, double validation, ValidationFrom from) {
    if (!(validation >= 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "validation must be at least 0 and less than 1, got " + validation);
    }
    long held = Math.round(size * validation);
    if (held == 0) {
      return new Split(List.of(new Part(0, size)), List.of());
    }
    if (from == ValidationFrom.END) {
      return new Split(List.of(new Part(0, size - held)), List.of(new Part(size - held, size)));
    }
    List<Part> pieces = new ArrayList<>();
    for (Part section : sections(size, starts, validation)) {
      addPieces(section, size, validation, pieces);
    }
    return new Split(between(pieces, size), pieces);
  }

  /** Returns files, or groups of short files. */
  private static List<Part> sections(long size, long[] starts, double validation) {
    List<Part> sections = new ArrayList<>();
    long from = 0;
    for (int file = 1; file <= starts.length; file++) {
      long end = file < starts.length ? starts[file] : size;
      if ((end - from) * validation >= MIN_SHARE) {
        sections.add(new Part(from, end));
        from = end;
      }
    }
    if (from < size) { // what is left is too short, unless there is nothing else
      Part last = sections.isEmpty() ? new Part(0, 0) : sections.remove(sections.size() - 1);
      sections.add(new Part(last.from(), size));
    }
    return sections;
  }

  private static void addPieces(Part section, long size, double validation, List<Part> pieces) {
    // The difference of rounded numbers, so that the sum over all sections is that of the text.
    long held = Math.round(section.to() * validation) - Math.round(section.from() * validation);
    long most = Math.max(1, Math.round((double) PIECES * section.size() / size));
    long count = Math.max(1, Math.min(most, held / MIN_PIECE));
    for (long i = 0; i < count; i++) {
      long from = section.from() + share(section.size(), i, count);
      long to = section.from() + share(section.size(), i + 1, count);
      long length = share(held, i + 1, count) - share(held, i, count);
      long start = from + (to - from - length) / 2;
      if (length > 0) {
        pieces.add(new Part(start, start + length));
      }
    }
  }

  /** Returns the first {@code i} of {@code count} equal shares; overflows for no text. */
  private static long share(long whole, long i, long count) {
    return whole / count * i + whole % count * i / count;
  }

  private static List<Part> between(List<Part> pieces, long size) {
    List<Part> others = new ArrayList<>();
    long from = 0;
    for (Part piece : pieces) {
      others.add(new Part(from, piece.from()));
      from = piece.to();
    }
    others.add(new Part(from, size));
    return others.stream().filter(part -> part.size() > 0).toList();
  }

  /** Returns the text to train on. */
  public TokenRanges training(TokenIds ids) {
    return ranges("the training text", training, ids);
  }

  /** Returns the text to validate with, which is empty without validation. */
  public TokenRanges validation(TokenIds ids) {
    return ranges("the validation text", validation, ids);
  }

  private static TokenRanges ranges(String name, List<Part> parts, TokenIds ids) {
    List<Part> some = parts.isEmpty() ? List.of(new Part(0, 0)) : parts;
    return new TokenRanges(
        name,
        some.stream().map(part -> new TokenRange(name, ids, part.from(), part.to())).toList());
  }
}
