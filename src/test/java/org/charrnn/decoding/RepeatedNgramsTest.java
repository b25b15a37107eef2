package org.charrnn.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepeatedNgramsTest {
  private static final int TOKENS = 3;

  /** By definition: append each token and look whether the last n-gram occurred before. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void completingTokensAreThoseThatWouldRepeatAnNgram(int n) {
    Random random = new Random(n);
    for (int i = 0; i < 500; i++) {
      int[] prime = random.ints(1 + random.nextInt(8), 0, TOKENS).toArray();
      int[] text = random.ints(random.nextInt(12), 0, TOKENS).toArray();
      BitSet found = new RepeatedNgrams(n, prime).completing(text);
      for (int id = 0; id < TOKENS; id++) {
        List<Integer> all = new ArrayList<>();
        IntStream.concat(IntStream.of(prime), IntStream.of(text)).forEach(all::add);
        Set<List<Integer>> before = new HashSet<>(ngrams(all, n));
        all.add(id);
        boolean repeats =
            all.size() >= n && before.contains(all.subList(all.size() - n, all.size()));
        assertThat(found.get(id)).as("%s, n %d", all, n).isEqualTo(repeats);
      }
    }
  }

  static List<List<Integer>> ngrams(List<Integer> text, int n) {
    return IntStream.rangeClosed(0, text.size() - n)
        .mapToObj(i -> List.copyOf(text.subList(i, i + n)))
        .toList();
  }

  @Test
  void zeroAllowsEverything() {
    assertThat(new RepeatedNgrams(0, new int[] {1, 1}).completing(new int[] {1, 1}).isEmpty())
        .isTrue();
  }
}
