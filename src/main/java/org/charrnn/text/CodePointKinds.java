package org.charrnn.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What each code point is to the tokenizer of words, as a table, so that others can cut text as it
 * does, by the same version of Unicode.
 *
 * @param starts ascending, from 0 on: from each one to the next, all code points are of one kind
 * @param kinds the numbers of the kinds that begin there
 */
@SuppressWarnings("ArrayRecordComponent") // a table; nobody compares it
public record CodePointKinds(int[] starts, int[] kinds) {

  /** What a code point is to the tokenizer of words. */
  public enum Kind {
    /** A letter, a digit or {@code _}. */
    WORD,
    /** A mark on the character before it. */
    MARK,
    /** Part of a word if it is inside of one. */
    APOSTROPHE,
    /** A token by itself. */
    SYMBOL,
    /** The plain space, which belongs to what is behind it. */
    SPACE,
    /** Other whitespace. */
    WHITESPACE;

    /** The number in the table. */
    @SuppressWarnings("EnumOrdinal") // it is not kept: the table tells of the same version
    public int number() {
      return ordinal();
    }

    static Kind of(int codePoint) {
      if (codePoint == ' ') {
        return SPACE;
      }
      if (codePoint == '\'' || codePoint == '\u2019') {
        return APOSTROPHE;
      }
      if (codePoint == '_' || Character.isLetterOrDigit(codePoint)) {
        return WORD;
      }
      if (Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)) {
        return WHITESPACE;
      }
      return switch (Character.getType(codePoint)) {
        case Character.NON_SPACING_MARK,
            Character.COMBINING_SPACING_MARK,
            Character.ENCLOSING_MARK ->
            MARK;
        // The joiners, which Persian and Indian scripts have within words.
        default -> codePoint == '\u200c' || codePoint == '\u200d' ? MARK : SYMBOL;
      };
    }
  }

  /** Returns the table of all code points. */
  public static CodePointKinds all() {
    int[] kinds =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .map(codePoint -> Kind.of(codePoint).number())
            .toArray();
    int[] starts =
        IntStream.range(0, kinds.length).filter(c -> c == 0 || kinds[c] != kinds[c - 1]).toArray();
    return new CodePointKinds(starts, Arrays.stream(starts).map(start -> kinds[start]).toArray());
  }
}
