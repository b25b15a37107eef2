package org.charrnn.text;

import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.charrnn.text.CodePointKinds.Kind;

/**
 * A token is a word (letters, marks, digits, {@code _}, apostrophes inside), or one symbol with the
 * marks on it; a single space in front belongs to it. Other whitespace is a token by itself.
 *
 * <p>Spaces are kept with the word behind them as GPT-2 does, so that a text of single spaces needs
 * one token a word and reads right when the tokens are put together.
 */
final class WordTokenizer extends Tokenizer {
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
      IntStream.range(0, 128).mapToObj(Kind::of).toArray(Kind[]::new);

  private final Consumer<String> tokens;
  private final int[] token = new int[MAX_WORD_LENGTH];
  private int length;
  private State state = State.EMPTY;

  WordTokenizer(Consumer<String> tokens) {
    this.tokens = tokens;
  }

  @Override
  void next(int codePoint) {
    Kind kind = codePoint < ASCII.length ? ASCII[codePoint] : Kind.of(codePoint);
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
    state = after(kind);
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
