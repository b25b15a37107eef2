package org.charrnn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.charrnn.train.LabText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CharacterVocabularyTest {
  @Test
  void charactersAreDistinctAndSortedByCodePoint() {
    assertThat(Vocabulary.of("banana\n Z").tokens()).containsExactly("\n", " ", "Z", "a", "b", "n");
  }

  /** As UTF-16 units, the emoji (U+1F600, units from U+D83D) would come before U+FFFD. */
  @Test
  void emojiIsOneCharacterAndSortsByItsCodePoint() {
    Vocabulary vocabulary = Vocabulary.of("\uD83D\uDE00\uFFFDa\uD83D\uDE00");
    assertThat(vocabulary.tokens()).containsExactly("a", "\uFFFD", "\uD83D\uDE00");
    assertThat(vocabulary.encode("\uD83D\uDE00a")).containsExactly(2, 0);
  }

  @Test
  void koreanSyllablesAreCharacters() {
    Vocabulary vocabulary = Vocabulary.of("한글과 한국");
    assertThat(vocabulary.tokens()).containsExactly(" ", "과", "국", "글", "한");
    assertThat(vocabulary.encode("한국")).containsExactly(4, 2);
  }

  @Test
  void labTextHas25Characters() {
    assertThat(Vocabulary.of(LabText.SENTENCE).size()).isEqualTo(25);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "if you want", "a\u0000b\r\n\t", "한글 \uD83D\uDE00!"})
  void decodeInvertsEncode(String text) {
    Vocabulary vocabulary = Vocabulary.of(text);
    assertThat(vocabulary.decode(vocabulary.encode(text))).isEqualTo(text);
  }

  @Test
  void idIsTheIndexOfTheCharacter() {
    Vocabulary vocabulary = Vocabulary.of("cab");
    assertThat(vocabulary.encode("abc")).containsExactly(0, 1, 2);
    assertThat(vocabulary.token(2)).isEqualTo("c");
  }

  @Test
  void unknownCharacterIsNamedInTheError() {
    Vocabulary vocabulary = Vocabulary.of("abc");
    assertThatThrownBy(() -> vocabulary.encode("ab\uD83D\uDE00"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the vocabulary has no character '\uD83D\uDE00' (U+1F600)");
  }
}
