package org.charrnn.text;

import java.util.Arrays;
import java.util.List;

/**
 * The distinct characters of a text, in the order of their code points; a character's place is its
 * id.
 *
 * <p>Characters are code points, not UTF-16 units, so an emoji is one character.
 */
public final class Vocabulary {
  private final int[] codePoints; // sorted, distinct

  private Vocabulary(int[] codePoints) {
    this.codePoints = codePoints;
  }

  /** Returns the vocabulary of a text. */
  public static Vocabulary of(String text) {
    return new Vocabulary(text.codePoints().sorted().distinct().toArray());
  }

  /** Number of characters: the classes that a model tells apart. */
  public int size() {
    return codePoints.length;
  }

  /** The characters in the order of their ids. */
  public List<String> characters() {
    return Arrays.stream(codePoints).mapToObj(Character::toString).toList();
  }

  /**
   * Returns the id of each character of a text.
   *
   * @throws IllegalArgumentException if a character is not in the vocabulary
   */
  public int[] encode(String text) {
    return text.codePoints().map(this::id).toArray();
  }

  private int id(int codePoint) {
    int id = Arrays.binarySearch(codePoints, codePoint);
    if (id < 0) {
      throw new IllegalArgumentException(
          "the vocabulary has no character '%s' (U+%04X)"
              .formatted(Character.toString(codePoint), codePoint));
    }
    return id;
  }

  /** Returns the character with an id. */
  public String character(int id) {
    return Character.toString(codePoints[id]);
  }

  /** Returns the text that ids stand for. */
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder(ids.length);
    for (int id : ids) {
      text.appendCodePoint(codePoints[id]);
    }
    return text.toString();
  }
}
