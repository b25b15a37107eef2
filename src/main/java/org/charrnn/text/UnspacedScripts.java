package org.charrnn.text;

import java.lang.Character.UnicodeBlock;
import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/**
 * The letters of scripts that are written without spaces between words: the ideographs and
 * syllables of East Asia, except Hangul, and the scripts of Southeast Asia. Tibetan is not one of
 * them: it has a mark between syllables.
 */
final class UnspacedScripts {
  /** The first of these letters, in Thai; so that most texts need no table. */
  private static final int FIRST = 0x0e01;

  private static final Set<UnicodeScript> SCRIPTS =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.YI,
          UnicodeScript.TANGUT,
          UnicodeScript.NUSHU,
          UnicodeScript.KHITAN_SMALL_SCRIPT,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR,
          UnicodeScript.TAI_LE,
          UnicodeScript.NEW_TAI_LUE,
          UnicodeScript.TAI_THAM,
          UnicodeScript.TAI_VIET,
          UnicodeScript.AHOM,
          UnicodeScript.BALINESE,
          UnicodeScript.JAVANESE);

  /**
   * Blocks with letters that belong to several scripts, such as the kanas' prolonged sound mark.
   */
  private static final Set<UnicodeBlock> SHARED =
      Set.of(
          UnicodeBlock.CJK_SYMBOLS_AND_PUNCTUATION,
          UnicodeBlock.HIRAGANA,
          UnicodeBlock.KATAKANA,
          UnicodeBlock.HALFWIDTH_AND_FULLWIDTH_FORMS);

  private UnspacedScripts() {}

  /** Whether a code point is a letter of these scripts; their digits are not. */
  static boolean contains(int codePoint) {
    if (codePoint < FIRST || !Character.isLetter(codePoint)) {
      return false;
    }
    UnicodeScript script = UnicodeScript.of(codePoint);
    return SCRIPTS.contains(script)
        || (script == UnicodeScript.COMMON && SHARED.contains(UnicodeBlock.of(codePoint)));
  }
}
