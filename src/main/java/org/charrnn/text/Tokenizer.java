package org.charrnn.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Splits text, passed in chunks of any size, into tokens. The concatenated tokens are the text.
 *
 * <p>It buffers only the current token, which has at most {@value #MAX_WORD_LENGTH} code points.
 */
public abstract class Tokenizer {
  /** Maximum code points per token; a longer word is split into several tokens. */
  public static final int MAX_WORD_LENGTH = 64;

  private char high; // high surrogate that waits for its low surrogate, or 0

  Tokenizer() {}

  /**
   * Returns a tokenizer.
   *
   * @param tokens receives each token as soon as it is complete
   */
  public static Tokenizer of(Tokenization tokenization, Consumer<String> tokens) {
    return switch (tokenization.level()) {
      case CHARACTER -> new CharacterTokenizer(tokens);
      case WORD -> new WordTokenizer(tokenization.rules(), tokens);
    };
  }

  /** Returns the tokens of a text for a new model. */
  public static List<String> tokens(Level level, String text) {
    return tokens(Tokenization.newest(level), text);
  }

  /** Returns the tokens of a text. */
  public static List<String> tokens(Tokenization tokenization, String text) {
    List<String> tokens = new ArrayList<>();
    Tokenizer tokenizer = of(tokenization, tokens::add);
    tokenizer.accept(text.toCharArray(), 0, text.length());
    tokenizer.finish();
    return tokens;
  }

  /** Processes the next chars of the text, {@code [from, to)}. */
  public final void accept(char[] chars, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = chars[i];
      if (high != 0) {
        char first = high;
        high = 0;
        if (Character.isLowSurrogate(c)) {
          next(Character.toCodePoint(first, c));
          continue;
        }
        next(first);
      }
      if (Character.isHighSurrogate(c)) {
        high = c;
      } else {
        next(c);
      }
    }
  }

  /** Ends the text and passes on its last token. Another text may follow. */
  public final void finish() {
    if (high != 0) {
      next(high);
      high = 0;
    }
    end();
  }

  /** Processes the next code point, or half of a surrogate pair without its other half. */
  abstract void next(int codePoint);

  /** Passes on the last token, if there is one. */
  abstract void end();
}
