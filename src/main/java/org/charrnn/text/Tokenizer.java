package org.charrnn.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts text, given in chunks of any size, into tokens. The tokens put together are the text.
 *
 * <p>It remembers no more than the token that it is in, which has at most {@value #MAX_WORD_LENGTH}
 * code points.
 */
public abstract class Tokenizer {
  /** Code points after which a word without end is cut, and goes on in the next token. */
  public static final int MAX_WORD_LENGTH = 64;

  private char high; // the first half of a pair whose second half is yet to come, or 0

  Tokenizer() {}

  /** Returns a tokenizer that hands on each token as soon as it is complete. */
  public static Tokenizer of(Level level, Consumer<String> tokens) {
    return switch (level) {
      case CHARACTER -> new CharacterTokenizer(tokens);
      case WORD -> new WordTokenizer(tokens);
    };
  }

  /** Returns the tokens of a text. */
  public static List<String> tokens(Level level, String text) {
    List<String> tokens = new ArrayList<>();
    Tokenizer tokenizer = of(level, tokens::add);
    tokenizer.accept(text.toCharArray(), 0, text.length());
    tokenizer.finish();
    return tokens;
  }

  /** Takes the next chars of the text, {@code [from, to)}. */
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

  /** Ends the text and hands on its last token. The next text may follow. */
  public final void finish() {
    if (high != 0) {
      next(high);
      high = 0;
    }
    end();
  }

  abstract void next(int codePoint);

  abstract void end();
}
