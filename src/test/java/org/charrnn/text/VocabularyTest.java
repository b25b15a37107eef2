package org.charrnn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  @Test
  void charactersAreSortedByCodePoint() {
    Vocabulary vocabulary = Vocabulary.of("b😀a\uffeea한");
    assertThat(vocabulary.tokens()).containsExactly("a", "b", "한", "\uffee", "😀");
    assertThat(vocabulary.encode("a😀")).containsExactly(0, 4);
    assertThat(vocabulary.decode(new int[] {4, 2, 0})).isEqualTo("😀한a");
    assertThat(vocabulary.token(4)).isEqualTo("😀");
    assertThat(vocabulary.hasUnknown()).isFalse();
  }

  @Test
  void countedTokensAreSortedByCodePoint() {
    Vocabulary vocabulary = of("b😀a\uffeea한", VocabularySettings.all(Level.CHARACTER));
    assertThat(vocabulary.tokens()).isEqualTo(Vocabulary.of("b😀a\uffeea한").tokens());
  }

  @Test
  void unknownCharactersAreNamedInTheError() {
    Vocabulary vocabulary = Vocabulary.of("abc");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.encode("aß\n😀ß"))
        .withMessage("the vocabulary has no characters 'ß' (U+00DF), U+000A, '😀' (U+1F600)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.id("ß"))
        .withMessage("the vocabulary has no character 'ß' (U+00DF)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.encode("defghijklmnop"))
        .withMessageEndingWith("'m' (U+006D) and 3 more");
  }

  @Test
  void rareTokensBecomeTheUnknownToken() {
    Vocabulary vocabulary = of("aaabbcd", new VocabularySettings(Level.CHARACTER, 2, null));
    assertThat(vocabulary.tokens()).containsExactly("a", "b", "\ufffd");
    assertThat(vocabulary.encode("abcz\ufffd")).containsExactly(0, 1, 2, 2, 2);
    assertThat(vocabulary.isUnknown(2)).isTrue();
    assertThat(vocabulary.isUnknown(1)).isFalse();
  }

  @Test
  void mostFrequentWordsAreKeptTiesInCodePointOrder() {
    String text = "d c c b b a a a";
    Vocabulary vocabulary = of(text, new VocabularySettings(Level.WORD, 1, 4));
    // ' a' 3 times; ' b' and ' c' twice each; 'd' once
    assertThat(vocabulary.tokens()).containsExactly(" a", " b", " c", "<unk>");
    assertThat(vocabulary.decode(vocabulary.encode(text))).isEqualTo("<unk> c c b b a a a");
    assertThat(of(text, new VocabularySettings(Level.WORD, 1, 3)).tokens())
        .containsExactly(" a", " b", "<unk>");
  }

  @Test
  void replacementCharacterIsOrdinaryWithoutUnknownToken() {
    Vocabulary vocabulary = Vocabulary.of("a\ufffd");
    assertThat(vocabulary.encode("\ufffd")).containsExactly(1);
    assertThat(vocabulary.isUnknown(1)).isFalse();
  }

  @Test
  void vocabularyWithoutFrequentTokensIsRejected() {
    assertThatThrownBy(() -> of("abc", new VocabularySettings(Level.CHARACTER, 2, 100)))
        .isInstanceOf(InputException.class)
        .hasMessage("no character of the text occurs 2 times; use a smaller minimum count");
  }

  @Test
  void givenTokensKeepTheirOrder() {
    List<String> tokens = List.of("<unk>", " b", "a");
    Vocabulary vocabulary = Vocabulary.of(Level.WORD, tokens, true);
    assertThat(vocabulary.tokens()).isEqualTo(tokens);
    assertThat(vocabulary.level()).isEqualTo(Level.WORD);
    assertThat(vocabulary.encode("a b c")).containsExactly(2, 1, 0);
  }

  @Test
  void firstWordIsFoundWithAndWithoutItsSpace() {
    List<String> tokens = List.of(" crown", "King", " a", "a", "\n", "\"", "<unk>", "中", " 国");
    Vocabulary words = Vocabulary.of(Level.WORD, tokens, true);
    assertThat(words.encode("crown a")).containsExactly(0, 2);
    assertThat(words.encode(" crown a")).containsExactly(0, 2);
    assertThat(words.encode(" King a")).containsExactly(1, 2);
    assertThat(words.encode("a crown")).containsExactly(3, 0); // as written, if it is known
    assertThat(words.encode(" a")).containsExactly(2);
    assertThat(words.encode("\n\"crown")).containsExactly(4, 5, 0); // the first word
    assertThat(words.encode(" \"crown")).containsExactly(5, 0);
    assertThat(words.encode("a\ncrown King")).containsExactly(3, 4, 6, 6); // not the others
    assertThat(words.encode("国中")).containsExactly(8, 7);
    assertThat(words.encode("中国")).containsExactly(7, 6);
    assertThat(words.encode("x crown")).containsExactly(6, 0);
    assertThat(words.encode(" ")).containsExactly(6);
    assertThat(words.encode("")).isEmpty();
    Vocabulary withoutUnknown = Vocabulary.of(Level.WORD, List.of(" crown", " a"), false);
    assertThat(withoutUnknown.encode("crown a")).containsExactly(0, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withoutUnknown.encode("thou crown of"))
        .withMessage("the vocabulary has no words 'thou', ' of'");
  }

  @Test
  void spaceIsACharacterOfItsOwn() {
    Vocabulary characters = Vocabulary.of(" a");
    assertThat(characters.encode("a a")).containsExactly(1, 0, 1);
  }

  @Test
  void tokensReadAsTheUnknownTokenAreListedOnce() {
    Vocabulary words = Vocabulary.of(Level.WORD, List.of(" crown", "<unk>"), true);
    assertThat(words.unknownTokens("crown of the of crown")).containsExactly(" of", " the");
    assertThat(words.unknownTokens("crown crown")).isEmpty();
    Vocabulary characters = Vocabulary.of(Level.CHARACTER, List.of("a", "\ufffd"), true);
    assertThat(characters.unknownTokens("abca\ufffd")).containsExactly("b", "c", "\ufffd");
  }

  @Test
  void invalidTokenListsAreRejected() {
    assertRejected(Level.CHARACTER, List.of(), false, "has no tokens");
    assertRejected(Level.CHARACTER, List.of("a", ""), false, "token 1 is empty");
    assertRejected(Level.CHARACTER, List.of("a", "bc"), false, "token 1, 'bc'");
    assertRejected(Level.CHARACTER, List.of("a", "b", "a"), false, "'a' (U+0061) twice");
    assertRejected(Level.WORD, List.of("a"), true, "lacks its unknown token '<unk>'");
  }

  @Test
  void invalidSettingsAreRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VocabularySettings(Level.WORD, 0, 10))
        .withMessage("min-count must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VocabularySettings(Level.WORD, 1, 1))
        .withMessage("vocabulary-size must be at least 2 or all, got 1");
  }

  @Test
  void levelsAreFoundByTheirNames() {
    assertThat(Level.of("char")).isEqualTo(Level.CHARACTER);
    assertThat(Level.of("word")).isEqualTo(Level.WORD);
    assertThatIllegalArgumentException().isThrownBy(() -> Level.of("syllable"));
  }

  private static void assertRejected(
      Level level, List<String> tokens, boolean hasUnknown, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Vocabulary.of(level, tokens, hasUnknown))
        .withMessageContaining(message);
  }

  private static Vocabulary of(String text, VocabularySettings settings) {
    TokenCounts counts = new TokenCounts();
    Tokenizer.tokens(settings.level(), text).forEach(counts::add);
    return Vocabulary.of(counts, settings);
  }
}
