package org.charrnn.nn.arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoreTeamTest {
  /** Each product needs the results of both parts of the one before. */
  @Test
  void eachPartIsComputedOnce() {
    long[] values = new long[Team.PARTS];
    long[] next = new long[Team.PARTS];
    try (CoreTeam team = new CoreTeam()) {
      for (long expected = 1; expected <= 30_000; expected++) {
        team.run(part -> next[part] = values[(part + 1) % Team.PARTS] + 1);
        System.arraycopy(next, 0, values, 0, Team.PARTS);
        assertThat(values).containsOnly(expected);
      }
    }
  }

  @Test
  void threadsThatSleepAreWoken() throws InterruptedException {
    AtomicIntegerArray counts = new AtomicIntegerArray(Team.PARTS);
    try (CoreTeam team = new CoreTeam()) {
      for (int step = 1; step <= 5; step++) {
        Thread.sleep(100);
        team.run(counts::incrementAndGet);
        for (int part = 0; part < Team.PARTS; part++) {
          assertThat(counts.get(part)).isEqualTo(step);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void failureOfAPartIsThrownAndTheTeamCanGoOn(int failing) {
    int[] computed = new int[2];
    try (CoreTeam team = new CoreTeam()) {
      assertThatThrownBy(
              () ->
                  team.run(
                      part -> {
                        if (part == failing) {
                          throw new IllegalStateException("part " + part);
                        }
                      }))
          .hasMessage("part " + failing);
      team.run(part -> computed[part] = 1);
    }
    assertThat(computed).containsOnly(1);
  }

  @Test
  void closingEndsTheThreads() throws InterruptedException {
    Thread[] threads = new Thread[2];
    try (CoreTeam team = new CoreTeam()) {
      team.run(part -> threads[part] = Thread.currentThread());
      assertThat(threads[0]).isSameAs(Thread.currentThread());
      assertThat(threads[1].isAlive()).isTrue();
    }
    threads[1].join(Duration.ofSeconds(10).toMillis());
    assertThat(threads[1].isAlive()).isFalse();
  }

  /** It measures both ways again and again, and takes either. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void measuredTeamComputesEachStep(boolean mayUseThreads) {
    int[] parts = new int[Team.PARTS];
    try (MeasuredTeam team = new MeasuredTeam(mayUseThreads)) {
      for (int step = 1; step <= 5000; step++) {
        int computed =
            team.measure(
                chosen -> {
                  chosen.run(part -> parts[part]++);
                  return parts[0];
                });
        assertThat(computed).isEqualTo(step);
      }
    }
    assertThat(parts).containsOnly(5000);
  }
}
