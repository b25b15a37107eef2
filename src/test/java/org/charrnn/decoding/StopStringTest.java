package org.charrnn.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringTest {
  /**
   * Random texts over few characters, in tokens of random lengths: as if the whole was searched.
   */
  @Test
  void textEndsAfterFirstOccurrenceHoweverItIsDividedIntoTokens() {
    Random random = new Random(1);
    int ended = 0;
    for (int i = 0; i < 2000; i++) {
      String text = random(random, 30);
      String until = random(random, 1 + random.nextInt(5));
      List<String> tokens = new ArrayList<>();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(4));
        tokens.add(text.substring(at, end));
        at = end;
      }
      StopString.Matcher matcher = new StopString(until).matcher();
      StringBuilder found = new StringBuilder();
      tokens.forEach(token -> found.append(matcher.next(token)));
      int at = text.indexOf(until);
      assertThat(found.toString())
          .as("%s until %s", tokens, until)
          .isEqualTo(at < 0 ? text : text.substring(0, at + until.length()));
      assertThat(matcher.hasEnded()).isEqualTo(at >= 0);
      ended += at >= 0 ? 1 : 0;
    }
    assertThat(ended).isBetween(500, 1900);
  }

  private static String random(Random random, int length) {
    StringBuilder text = new StringBuilder();
    random
        .ints(length, 0, 3)
        .forEach(
            i ->
                text.append(
                    "ab😀"
                        .codePoints()
                        .skip(i)
                        .limit(1)
                        .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)));
    return text.toString();
  }

  @Test
  void emptyStringEndsNothing() {
    StopString.Matcher matcher = StopString.NONE.matcher();
    assertThat(matcher.next("a") + matcher.next("b")).isEqualTo("ab");
    assertThat(matcher.hasEnded()).isFalse();
  }
}
