package org.charrnn.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The kind of every code point for the word tokenizer, as a table of ranges, so that other code can
 * split text exactly as the tokenizer does, with the same version of Unicode.
 *
 * @param starts first code point of each range, ascending from 0; a range ends before the next
 *     start
 * @param kinds kind of the code points in each range, as {@link Kind#number}
 */
@SuppressWarnings("ArrayRecordComponent") // a table, never compared
public record CodePointKinds(int[] starts, int[] kinds) {

  /** How the word tokenizer treats a code point. */
  public enum Kind {
    /** A letter, a digit or {@code _}. */
    WORD,
    /** A combining mark or joiner, part of the character before it. */
    MARK,
    /** Part of a word if inside it, otherwise a symbol. */
    APOSTROPHE,
    /** A token of its own. */
    SYMBOL,
    /** The plain space, part of the token after it. */
    SPACE,
    /** Other whitespace, each a token of its own. */
    WHITESPACE,
    /** A letter of a script without spaces between words, a token of its own. */
    UNSPACED;

    /** Returns the number that stands for this kind in the table. */
    @SuppressWarnings("EnumOrdinal") // only used with a table from the same version
    public int number() {
      return ordinal();
    }

    static Kind of(int codePoint, WordRules rules) {
      if (codePoint == ' ') {
        return SPACE;
      }
      if (codePoint == '\'' || codePoint == '\u2019') {
        return APOSTROPHE;
      }
      if (codePoint == '_' || Character.isLetterOrDigit(codePoint)) {
        boolean isUnspaced = rules == WordRules.SCRIPTS && UnspacedScripts.contains(codePoint);
        return isUnspaced ? UNSPACED : WORD;
      }
      if (Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)) {
        return WHITESPACE;
      }
      return switch (Character.getType(codePoint)) {
        case Character.NON_SPACING_MARK,
            Character.COMBINING_SPACING_MARK,
            Character.ENCLOSING_MARK ->
            MARK;
        // Zero-width joiners occur inside words in Persian and Indic scripts.
        default -> codePoint == '\u200c' || codePoint == '\u200d' ? MARK : SYMBOL;
      };
    }
  }

  /** Returns the table of all code points. */
  public static CodePointKinds of(WordRules rules) {
    int[] kinds =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .map(codePoint -> Kind.of(codePoint, rules).number())
            .toArray();
    int[] starts =
        IntStream.range(0, kinds.length).filter(c -> c == 0 || kinds[c] != kinds[c - 1]).toArray();
    return new CodePointKinds(starts, Arrays.stream(starts).map(start -> kinds[start]).toArray());
  }
}
