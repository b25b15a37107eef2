package org.charrnn.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenizerTest {
  /** Hard to split: word boundaries, marks, joiners, surrogate pairs and their halves. */
  private static final List<String> PIECES =
      List.of(
          "a",
          "Z",
          "don",
          "'",
          "\u2019",
          "_",
          "7",
          " ",
          "  ",
          "\n",
          "\t",
          "\r\n",
          "\u00a0",
          ".",
          "--",
          "한국",
          "中国",
          "𠀀々",
          "ひカー",
          "ｶﾞ",
          "ㄅ",
          "ꀀ",
          "ไทยน้ำ",
          "๒๕",
          "ພາສາ",
          "ភាសា",
          "မြန်",
          "བོད་",
          "\u0301",
          "😀",
          "👩\u200d🚀",
          "❤\ufe0f",
          "𝒳",
          "\ud83d",
          "\ude00",
          "\u0000",
          "می\u200cخواهم",
          "\ufffd",
          "x".repeat(70));

  private static final String WORD = "(?:(?!UNSPACED)[_\\p{L}\\p{Nd}\\p{M}\u200c\u200d])";

  /** Letters of the scripts in {@link #PIECES}, by their names in Unicode. */
  private static final String UNSPACED =
      "[\\p{L}&&[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsBopomofo}\\p{IsYi}\\p{IsThai}"
          + "\\p{IsLao}\\p{IsKhmer}\\p{IsMyanmar}\\u3000-\\u30ff\\uff66-\\uff9f]]";

  private static final String SPACE = "[\\s\\p{Z}\\x1c-\\x1f]";

  /** The rules for word tokens as a regular expression, without the maximum length. */
  private static Pattern wordToken(WordRules rules) {
    return Pattern.compile(
        " ?WORD(?:['\u2019]?WORD)*| ?(?!SPACE|WORD).[\\p{M}\u200c\u200d]*|SPACE"
            .replace("WORD", WORD)
            .replace("UNSPACED", rules == WordRules.SCRIPTS ? UNSPACED : "\\uffff")
            .replace("SPACE", SPACE),
        Pattern.DOTALL);
  }

  @ParameterizedTest
  @EnumSource
  void concatenatedTokensAreTheTextForAnyChunks(Level level) {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      String text = randomText(random);
      List<String> whole = Tokenizer.tokens(level, text);
      assertThat(String.join("", whole)).isEqualTo(text);
      assertThat(inRandomChunks(level, text, random)).isEqualTo(whole);
    }
  }

  @Test
  void characterTokensAreCodePoints() {
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      String text = randomText(random);
      assertThat(Tokenizer.tokens(Level.CHARACTER, text))
          .isEqualTo(text.codePoints().mapToObj(Character::toString).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void wordTokensFollowTheRegularExpression(WordRules rules) {
    Random random = new Random(3);
    for (int i = 0; i < 4000; i++) {
      String text = randomText(random).replace("x".repeat(70), "x").replaceAll("\\p{Cs}", "");
      text = text.substring(0, Math.min(Tokenizer.MAX_WORD_LENGTH, text.length()));
      text = text.replaceAll("\\p{Cs}", ""); // substring may have left half a surrogate pair
      List<String> expected = new ArrayList<>();
      Matcher matcher = wordToken(rules).matcher(text);
      while (matcher.find()) {
        expected.add(matcher.group());
      }
      assertThat(Tokenizer.tokens(new Tokenization(Level.WORD, rules), text)).isEqualTo(expected);
    }
  }

  @Test
  void wordsKeepTheSpaceBeforeThemAndApostrophesInside() {
    assertThat(words("\"Don't,\" said O'Neill's  dogs'.\n\tx_1 = 'y';"))
        .containsExactly(
            "\"",
            "Don't",
            ",",
            "\"",
            " said",
            " O'Neill's",
            " ",
            " dogs",
            "'",
            ".",
            "\n",
            "\t",
            "x_1",
            " =",
            " '",
            "y",
            "'",
            ";");
  }

  @Test
  void koreanEmojiAndCombiningMarksStayWhole() {
    assertThat(words("안녕하세요, 세계! e\u0301tude 😀😀 ❤\ufe0f"))
        .containsExactly("안녕하세요", ",", " 세계", "!", " e\u0301tude", " 😀", "😀", " ❤\ufe0f");
  }

  @Test
  void scriptsWithoutSpacesAreSplitByCodePointWithItsMarks() {
    assertThat(words("我在2024年学习TensorFlow。"))
        .containsExactly("我", "在", "2024", "年", "学", "习", "TensorFlow", "。");
    assertThat(words("ラーメン、ｶﾞｰ 々𠮷")) // U+20BB7 is beyond the BMP
        .containsExactly("ラ", "ー", "メ", "ン", "、", "ｶ", "ﾞ", "ｰ", " 々", "𠮷");
    assertThat(words("葛\udb40\udd00城")).containsExactly("葛\udb40\udd00", "城"); // a variation
    assertThat(words("ไทยน้ำ ๒๕ปี")).containsExactly("ไ", "ท", "ย", "น้", "ำ", " ๒๕", "ปี");
    assertThat(words("ສະບາຍ")).containsExactly("ສ", "ະ", "ບ", "າ", "ຍ");
    assertThat(words("ភាសា")).containsExactly("ភា", "សា");
    assertThat(words("မြန်မာ")).containsExactly("မြ", "န်", "မာ");
    assertThat(words("ㄅㄆ ꀀꀁ")).containsExactly("ㄅ", "ㄆ", " ꀀ", "ꀁ");
    assertThat(words("O'中'b中'")).containsExactly("O", "'", "中", "'", "b", "中", "'");
  }

  @Test
  void scriptsWithSpacesOrSyllableMarksKeepTheirWords() {
    assertThat(words("한국어 हिन्दी བོད་ཡིག ＡＢ１"))
        .containsExactly("한국어", " हिन्दी", " བོད", "་", "ཡིག", " ＡＢ１");
  }

  /** A model of an early version has such tokens in its vocabulary. */
  @Test
  void earlyRulesKeepClausesWhole() {
    assertThat(Tokenizer.tokens(new Tokenization(Level.WORD, WordRules.SPACES), "我在2024年。 ไทยน้ำ"))
        .containsExactly("我在2024年", "。", " ไทยน้ำ");
  }

  @Test
  void longWordIsSplit() {
    List<String> tokens = words("a".repeat(1000) + "𝒳".repeat(1000) + "." + "\u0301".repeat(1000));
    assertThat(tokens)
        .allMatch(token -> token.codePointCount(0, token.length()) <= Tokenizer.MAX_WORD_LENGTH);
    assertThat(tokens).hasSize(32 + 16); // of 2000 and of 1001 code points
  }

  private static List<String> words(String text) {
    List<String> tokens = Tokenizer.tokens(Level.WORD, text);
    assertThat(String.join("", tokens)).isEqualTo(text);
    return tokens;
  }

  private static List<String> inRandomChunks(Level level, String text, Random random) {
    List<String> tokens = new ArrayList<>();
    Tokenizer tokenizer = Tokenizer.of(Tokenization.newest(level), tokens::add);
    char[] chars = text.toCharArray();
    int from = 0;
    while (from < chars.length) {
      int to = Math.min(chars.length, from + 1 + random.nextInt(4));
      tokenizer.accept(chars, from, to);
      from = to;
    }
    tokenizer.finish();
    return tokens;
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }
}
