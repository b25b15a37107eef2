package org.charrnn.text;

import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A token is a word (letters, marks, digits, {@code _}, apostrophes inside), or one symbol with the
 * marks on it; a single space in front belongs to it. Other whitespace is a token by itself.
 *
 * <p>Spaces are kept with the word behind them as GPT-2 does, so that a text of single spaces needs
 * one token a word and reads right when the tokens are put together.
 */
final class WordTokenizer extends Tokenizer {
  /** Where a word without end is cut. */
  static final int MAX_CHARS = 64;

  private enum Kind {
    WORD,
    MARK,
    APOSTROPHE,
    SYMBOL,
    SPACE,
    WHITESPACE
  }

  /** What the token so far ends with. */
  private enum State {
    EMPTY,
    SPACE,
    WORD,
    /** A word and an apostrophe, which is part of it only if the word goes on. */
    WORD_APOSTROPHE,
    SYMBOL,
    WHITESPACE
  }

  private static final Kind[] ASCII =
      IntStream.range(0, 128).mapToObj(WordTokenizer::unicodeKind).toArray(Kind[]::new);

  private final Consumer<String> tokens;
  private final char[] token = new char[MAX_CHARS];
  private int length;
  private State state = State.EMPTY;

  WordTokenizer(Consumer<String> tokens) {
    this.tokens = tokens;
  }

  @Override
  void next(int codePoint) {
    Kind kind = codePoint < ASCII.length ? ASCII[codePoint] : unicodeKind(codePoint);
    if (state == State.WORD_APOSTROPHE && kind != Kind.WORD && kind != Kind.MARK) {
      splitApostrophe();
    }
    if (!continues(kind) || length + Character.charCount(codePoint) > MAX_CHARS) {
      flush();
    }
    length += Character.toChars(codePoint, token, length);
    state = after(kind);
  }

  @Override
  void end() {
    if (state == State.WORD_APOSTROPHE) {
      splitApostrophe();
    }
    flush();
  }

  private boolean continues(Kind kind) {
    return switch (state) {
      case EMPTY -> true;
      case SPACE -> kind != Kind.SPACE && kind != Kind.WHITESPACE;
      case WORD -> kind == Kind.WORD || kind == Kind.MARK || kind == Kind.APOSTROPHE;
      case WORD_APOSTROPHE -> kind == Kind.WORD || kind == Kind.MARK;
      case SYMBOL -> kind == Kind.MARK;
      case WHITESPACE -> false;
    };
  }

  private State after(Kind kind) {
    return switch (kind) {
      case WORD -> State.WORD;
      case MARK -> state == State.SYMBOL ? State.SYMBOL : State.WORD;
      case APOSTROPHE -> state == State.WORD ? State.WORD_APOSTROPHE : State.SYMBOL;
      case SYMBOL -> State.SYMBOL;
      case SPACE -> State.SPACE;
      case WHITESPACE -> State.WHITESPACE;
    };
  }

  /** The apostrophe ended the word: it is a symbol. */
  private void splitApostrophe() {
    char apostrophe = token[--length];
    flush();
    token[length++] = apostrophe;
    state = State.SYMBOL;
  }

  private void flush() {
    if (length > 0) {
      tokens.accept(new String(token, 0, length));
    }
    length = 0;
    state = State.EMPTY;
  }

  private static Kind unicodeKind(int codePoint) {
    if (codePoint == ' ') {
      return Kind.SPACE;
    }
    if (codePoint == '\'' || codePoint == '\u2019') {
      return Kind.APOSTROPHE;
    }
    if (codePoint == '_' || Character.isLetterOrDigit(codePoint)) {
      return Kind.WORD;
    }
    if (Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)) {
      return Kind.WHITESPACE;
    }
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          Kind.MARK;
      // The joiners, which Persian and Indian scripts have within words.
      default -> codePoint == '\u200c' || codePoint == '\u200d' ? Kind.MARK : Kind.SYMBOL;
    };
  }
}
