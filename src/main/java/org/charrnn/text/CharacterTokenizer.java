package org.charrnn.text;

import java.util.function.Consumer;

/** Splits text into code points, one token each. */
final class CharacterTokenizer extends Tokenizer {
  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;

  private final Consumer<String> tokens;

  /** Token strings by code point, created once: a text repeats few characters many times. */
  private final String[][] pages = new String[(Character.MAX_CODE_POINT + 1) >> PAGE_BITS][];

  CharacterTokenizer(Consumer<String> tokens) {
    this.tokens = tokens;
  }

  @Override
  void next(int codePoint) {
    String[] page = pages[codePoint >> PAGE_BITS];
    if (page == null) {
      page = new String[PAGE];
      pages[codePoint >> PAGE_BITS] = page;
    }
    String token = page[codePoint & (PAGE - 1)];
    if (token == null) {
      token = Character.toString(codePoint);
      page[codePoint & (PAGE - 1)] = token;
    }
    tokens.accept(token);
  }

  @Override
  void end() {}
}
