package org.charrnn.text;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the model reads and writes one of at a time. */
public enum Level {
  CHARACTER("char", "character", "\ufffd"),
  WORD("word", "word", "<unk>");

  private static final int MOST_QUOTED = 10;

  private final String option;
  private final String noun;
  private final String unknown;

  Level(String option, String noun, String unknown) {
    this.option = option;
    this.noun = noun;
    this.unknown = unknown;
  }

  /** The token that stands for every token outside a vocabulary. No text has it at word level. */
  public String unknown() {
    return unknown;
  }

  /** What messages call a token: character or word. */
  public String noun() {
    return noun;
  }

  /** Returns a token as messages show it, on one line: {@code 'x' (U+0078)}, {@code 'word'}. */
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

  /** Returns the first of some tokens as messages show them, and how many more there are. */
  String quoteSome(Collection<String> tokens) {
    int more = tokens.size() - MOST_QUOTED;
    return tokens.stream().limit(MOST_QUOTED).map(this::quote).collect(Collectors.joining(", "))
        + (more > 0 ? String.format(Locale.ROOT, " and %,d more", more) : "");
  }

  /** Returns text as one line: what cannot be seen is escaped as in Java, spaces are not. */
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

  /** The name that options and files use: char or word. */
  @Override
  public String toString() {
    return option;
  }

  /**
   * Returns the level with the name that options and files use.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Level of(String option) {
    for (Level level : values()) {
      if (level.option.equals(option)) {
        return level;
      }
    }
    throw new IllegalArgumentException("there is no level '%s', only char, word".formatted(option));
  }
}
