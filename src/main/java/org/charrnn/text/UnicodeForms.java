package org.charrnn.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds text in different Unicode normal forms, which looks the same but has other characters. */
public final class UnicodeForms {
  private UnicodeForms() {}

  /**
   * Describes two forms in one text.
   *
   * @param tokens distinct tokens of the text
   * @param ids text as indices of tokens
   * @return empty if the text has no letter in two code points that also exists as one, or no
   *     letter in one code point that also exists as two
   */
  public static Optional<String> mixed(Level level, List<String> tokens, TokenIds ids) {
    List<String> composed =
        tokens.stream()
            .filter(token -> !Normalizer.isNormalized(token, Normalizer.Form.NFD))
            .filter(token -> Normalizer.isNormalized(token, Normalizer.Form.NFC))
            .toList();
    if (composed.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> decomposed =
        level == Level.WORD
            ? tokens.stream()
                .filter(token -> !Normalizer.isNormalized(token, Normalizer.Form.NFC))
                .findFirst()
            : decomposedPair(tokens, ids);
    return decomposed.map(
        pair -> {
          String same = UnicodeForm.NFC.apply(pair);
          return "the text has letters in two forms that look the same: composed, such as %s, and"
                  .formatted(quote(composed.contains(same) ? same : composed.get(0)))
              + " decomposed, such as "
              + quote(pair);
        });
  }

  /** Returns the first two characters of the text that compose, if there are any. */
  private static Optional<String> decomposedPair(List<String> tokens, TokenIds ids) {
    boolean[] canFollow = new boolean[tokens.size()];
    boolean isAny = false;
    for (int i = 0; i < canFollow.length; i++) {
      canFollow[i] = canCompose(tokens.get(i).codePointAt(0));
      isAny |= canFollow[i];
    }
    if (!isAny) {
      return Optional.empty();
    }
    Map<Long, Boolean> composes = new HashMap<>(); // by both indices
    for (long i = 1; i < ids.size(); i++) {
      int index = ids.get(i);
      if (canFollow[index]) {
        int before = ids.get(i - 1);
        boolean isPair =
            composes.computeIfAbsent(
                ((long) before << Integer.SIZE) | index,
                key -> isDecomposed(tokens.get(before) + tokens.get(index)));
        if (isPair) {
          return Optional.of(tokens.get(before) + tokens.get(index));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a character can be composed with the one before it: a mark, or a Hangul vowel. */
  private static boolean canCompose(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || (codePoint >= 0x1161 && codePoint <= 0x11ff);
  }

  private static boolean isDecomposed(String pair) {
    return !Normalizer.isNormalized(pair, Normalizer.Form.NFC);
  }

  /**
   * Returns the form in which a vocabulary knows more of a text.
   *
   * @param text of which some tokens are not in the vocabulary
   * @return empty if it is no other form than the text's
   */
  public static Optional<UnicodeForm> better(Vocabulary vocabulary, String text) {
    long unknown = unknown(vocabulary, text);
    return Stream.of(UnicodeForm.NFC, UnicodeForm.NFD)
        .filter(form -> !form.apply(text).equals(text))
        .filter(form -> unknown(vocabulary, form.apply(text)) < unknown)
        .findFirst();
  }

  private static long unknown(Vocabulary vocabulary, String text) {
    return Tokenizer.tokens(vocabulary.level(), text).stream()
        .mapToInt(vocabulary::find)
        .filter(id -> id < 0 || vocabulary.isUnknown(id))
        .count();
  }

  /** Returns what to do about a text whose tokens a model knows in another form. */
  public static String advice(UnicodeForm form) {
    return "the model knows some in the Unicode form %s: convert the text to it, or train with"
            .formatted(form.name())
        + " normalize nfc, which converts every text";
  }

  private static String quote(String text) {
    List<String> codes = new ArrayList<>();
    text.codePoints().forEach(c -> codes.add(String.format(Locale.ROOT, "U+%04X", c)));
    return "'%s' (%s)".formatted(text, codes.stream().collect(Collectors.joining(" ")));
  }
}
