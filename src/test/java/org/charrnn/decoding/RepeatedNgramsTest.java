package org.charrnn.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatedNgramsTest {
  private static final int TOKENS = 3;

  /** By definition: append tokens one by one and look whether the last n-gram occurred before. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 1", "3, 2", "4, 3", "5, 1", "5, 4", "6, 5"})
  void completingSequencesAreThoseThatWouldRepeatAnNgram(int n, int tokens) {
    Random random = new Random(n);
    for (int i = 0; i < 200; i++) {
      int[] text = random.ints(1 + random.nextInt(20), 0, TOKENS).toArray();
      Set<List<Integer>> found =
          new RepeatedNgrams(n)
              .completing(text, tokens).stream()
                  .map(ids -> Arrays.stream(ids).boxed().toList())
                  .collect(Collectors.toSet());
      List<Integer> all = Arrays.stream(text).boxed().toList();
      for (List<Integer> sequence : sequences(tokens)) {
        assertThat(beginnings(sequence).anyMatch(found::contains))
            .as("%s then %s, n %d", all, sequence, n)
            .isEqualTo(beginnings(sequence).anyMatch(added -> repeats(all, added, n)));
      }
    }
  }

  private static Stream<List<Integer>> beginnings(List<Integer> sequence) {
    return IntStream.rangeClosed(1, sequence.size()).mapToObj(end -> sequence.subList(0, end));
  }

  /** Whether the last token that is added completes an n-gram which occurred before. */
  private static boolean repeats(List<Integer> text, List<Integer> added, int n) {
    List<Integer> all = new ArrayList<>(text);
    all.addAll(added);
    return all.size() >= n
        && ngrams(all.subList(0, all.size() - 1), n)
            .contains(all.subList(all.size() - n, all.size()));
  }

  private static List<List<Integer>> sequences(int length) {
    List<List<Integer>> sequences = List.of(List.of());
    for (int i = 0; i < length; i++) {
      sequences = sequences.stream().flatMap(RepeatedNgramsTest::longer).toList();
    }
    return sequences;
  }

  private static Stream<List<Integer>> longer(List<Integer> sequence) {
    return IntStream.range(0, TOKENS)
        .mapToObj(id -> Stream.concat(sequence.stream(), Stream.of(id)).toList());
  }

  static List<List<Integer>> ngrams(List<Integer> text, int n) {
    return IntStream.rangeClosed(0, text.size() - n)
        .mapToObj(i -> List.copyOf(text.subList(i, i + n)))
        .toList();
  }

  @Test
  void zeroAllowsEverything() {
    assertThat(new RepeatedNgrams(0).completing(new int[] {1, 1, 1}, 3)).isEmpty();
  }
}
