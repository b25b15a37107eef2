package org.charrnn.text;

import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.charrnn.text.CodePointKinds.Kind;

/**
 * Splits text into words and symbols. A token is a word (letters, marks, digits, {@code _},
 * apostrophes inside) or one symbol with its marks, with the space before it, if there is one.
 * Other whitespace characters are tokens of their own. By the rules {@link WordRules#SCRIPTS} a
 * letter of a script without spaces between words is split off like a symbol.
 *
 * <p>As in GPT-2, a space belongs to the word after it: text with single spaces needs one token per
 * word, and the concatenated tokens are the original text.
 */
final class WordTokenizer extends Tokenizer {
  /** What the current token ends with. */
  private enum State {
    EMPTY,
    SPACE,
    WORD,
    /** A word and an apostrophe, which is part of the word only if the word continues. */
    WORD_APOSTROPHE,
    SYMBOL,
    WHITESPACE
  }

  private static final Kind[] ASCII =
      IntStream.range(0, 128)
          .mapToObj(c -> Kind.of(c, WordRules.NEWEST)) // as by any rules
          .toArray(Kind[]::new);

  private final WordRules rules;
  private final Consumer<String> tokens;
  private final int[] token = new int[MAX_WORD_LENGTH];
  private int length;
  private State state = State.EMPTY;

  WordTokenizer(WordRules rules, Consumer<String> tokens) {
    this.rules = rules;
    this.tokens = tokens;
  }

  /** Whether a token is a word or a letter of a script without spaces between words. */
  static boolean isWord(String token, WordRules rules) {
    int start = token.startsWith(" ") && token.length() > 1 ? 1 : 0;
    Kind kind = Kind.of(token.codePointAt(start), rules);
    return kind == Kind.WORD || kind == Kind.UNSPACED;
  }

  @Override
  void next(int codePoint) {
    Kind kind = codePoint < ASCII.length ? ASCII[codePoint] : Kind.of(codePoint, rules);
    if (state == State.WORD_APOSTROPHE && kind != Kind.WORD && kind != Kind.MARK) {
      splitApostrophe();
    }
    if (!continues(kind)) {
      state = State.EMPTY;
      flush();
    } else if (length == MAX_WORD_LENGTH) {
      flush();
    }
    token[length++] = codePoint;
    state = stateAfter(kind);
  }

  @Override
  void end() {
    if (state == State.WORD_APOSTROPHE) {
      splitApostrophe();
    }
    flush();
    state = State.EMPTY;
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

  private State stateAfter(Kind kind) {
    return switch (kind) {
      case WORD -> State.WORD;
      case MARK -> state == State.SYMBOL ? State.SYMBOL : State.WORD;
      case APOSTROPHE -> state == State.WORD ? State.WORD_APOSTROPHE : State.SYMBOL;
      case SYMBOL, UNSPACED -> State.SYMBOL;
      case SPACE -> State.SPACE;
      case WHITESPACE -> State.WHITESPACE;
    };
  }

  /** Makes the apostrophe at the end of a word a symbol, the start of the next token. */
  private void splitApostrophe() {
    int apostrophe = token[--length];
    flush();
    token[length++] = apostrophe;
    state = State.SYMBOL;
  }

  private void flush() {
    if (length > 0) {
      tokens.accept(new String(token, 0, length));
    }
    length = 0;
  }
}
