package org.charrnn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenIdsTest {
  @ParameterizedTest
  @CsvSource({"1,1", "256,1", "257,2", "65536,2", "65537,4", "2147483647,4"})
  void idsAreReadBackFromTheFewestBytesNeeded(int vocabularySize, int bytes) {
    TokenIds ids = new TokenIds(vocabularySize);
    assertThat(ids.bytesPerId()).isEqualTo(bytes);
    int[] expected = new Random(1).ints(200_000, 0, vocabularySize).toArray();
    expected[0] = vocabularySize - 1;
    for (int id : expected) {
      ids.add(id);
    }
    assertThat(ids.size()).isEqualTo(expected.length);
    int[] actual = new int[expected.length];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = ids.get(i);
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void widenedListKeepsItsIdsAndTakesLargerOnes() {
    TokenIds ids = new TokenIds(1);
    int[] expected = new int[200_000];
    for (int i = 0; i < expected.length; i++) {
      ids.widen(i + 1);
      ids.add(i);
      expected[i] = i;
    }
    assertThat(ids.bytesPerId()).isEqualTo(4);
    int[] actual = new int[expected.length];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = ids.get(i);
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void idsAndIndicesOutOfRangeAreRejected() {
    TokenIds ids = TokenIds.of(3, 0, 1, 2);
    assertThatThrownBy(() -> ids.add(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ids.add(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ids.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(ids.size()).isEqualTo(3);
  }

  @Test
  void hashDependsOnEveryIdAndTheLength() {
    String hash = TokenIds.of(300, 1, 2, 299).sha256();
    assertThat(TokenIds.of(300, 1, 2, 299).sha256()).isEqualTo(hash);
    assertThat(TokenIds.of(300, 1, 2, 43).sha256()).isNotEqualTo(hash); // 43 = 299 mod 256
    assertThat(TokenIds.of(300, 1, 2, 299, 0).sha256()).isNotEqualTo(hash);
  }
}
