package org.charrnn.text;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** The unit of text that a token stands for. */
public enum Level {
  CHARACTER("char", "character", "\ufffd"),
  WORD("word", "word", "<unk>");

  private static final int MAX_QUOTED = 10;

  private final String option;
  private final String noun;
  private final String unknown;

  Level(String option, String noun, String unknown) {
    this.option = option;
    this.noun = noun;
    this.unknown = unknown;
  }

  /**
   * Returns the unknown token, which stands for every token outside a vocabulary. At word level it
   * is never a token of a text.
   */
  public String unknown() {
    return unknown;
  }

  /** Returns the noun for a token in messages: character or word. */
  public String noun() {
    return noun;
  }

  /**
   * Returns a token in the form for messages: {@code 'x' (U+0078)}, {@code 'word'}, or only the
   * code points if some are invisible.
   */
  public String quote(String token) {
    String codes =
        token
            .codePoints()
            .mapToObj(c -> String.format(Locale.ROOT, "U+%04X", c))
            .collect(Collectors.joining(" "));
    if (!token.codePoints().allMatch(Level::isVisible)) {
      return codes;
    }
    return this == CHARACTER ? "'%s' (%s)".formatted(token, codes) : "'%s'".formatted(token);
  }

  /** Returns the first tokens in the form for messages, and the number of the others. */
  public String quoteSome(Collection<String> tokens) {
    int more = tokens.size() - MAX_QUOTED;
    return tokens.stream().limit(MAX_QUOTED).map(this::quote).collect(Collectors.joining(", "))
        + (more > 0 ? String.format(Locale.ROOT, " and %,d more", more) : "");
  }

  /** Returns text on one line: invisible characters other than spaces are escaped as in Java. */
  public static String escape(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                case '\\' -> line.append("\\\\");
                default -> {
                  if (isVisible(c)) {
                    line.appendCodePoint(c);
                  } else {
                    for (char unit : Character.toChars(c)) {
                      line.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                    }
                  }
                }
              }
            });
    return line.toString();
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Returns the name in options and files: char or word. */
  @Override
  public String toString() {
    return option;
  }

  /**
   * Returns the level with a name.
   *
   * @param option name in options and files: char or word
   * @throws IllegalArgumentException if no level has that name
   */
  public static Level of(String option) {
    for (Level level : values()) {
      if (level.option.equals(option)) {
        return level;
      }
    }
    throw new IllegalArgumentException(
        "unknown level '%s', expected char or word".formatted(option));
  }
}
