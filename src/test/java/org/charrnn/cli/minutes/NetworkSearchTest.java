package org.charrnn.cli.minutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkSearchTest {
  private static final double TOKENS_PER_WEIGHT = 10;

  private static double weights(int size) {
    return 12.0 * size * size;
  }

  /** Machines whose time for a token grows in various ways with the weights. */
  private static IntToDoubleFunction machine(String kind) {
    return switch (kind) {
      case "linear" -> size -> 1e-10 * weights(size);
      case "overhead" -> size -> 5e-6 + 4e-11 * weights(size);
      case "sublinear" -> size -> 3e-9 * Math.pow(weights(size), 0.75);
      case "steps" -> size -> (size > 300 ? 3e-10 : 1e-10) * weights(size);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** The oracle measures every size. */
  private static int best(IntToDoubleFunction secondsPerToken, double seconds, int largest) {
    return Arrays.stream(NetworkSearch.SIZES)
        .filter(size -> size <= largest)
        .filter(
            size ->
                seconds / secondsPerToken.applyAsDouble(size) >= TOKENS_PER_WEIGHT * weights(size))
        .max()
        .orElse(NetworkSearch.SIZES[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "linear, 1, 2048",
    "linear, 60, 2048",
    "linear, 36000, 2048",
    "overhead, 1, 2048",
    "overhead, 60, 2048",
    "overhead, 900, 2048",
    "overhead, 36000, 2048",
    "overhead, 36000, 320",
    "overhead, 36000, 64",
    "sublinear, 60, 2048",
    "sublinear, 900, 2048",
    "sublinear, 36000, 2048",
    "steps, 60, 2048",
    "steps, 900, 2048",
    "linear, 0, 2048"
  })
  void findsTheLargestSizeThatReadsEnough(String kind, double seconds, int largest) {
    IntToDoubleFunction machine = machine(kind);
    List<Integer> measured = new ArrayList<>();
    int found =
        new NetworkSearch(
                seconds,
                TOKENS_PER_WEIGHT,
                NetworkSearchTest::weights,
                size -> {
                  measured.add(size);
                  return machine.applyAsDouble(size);
                },
                largest)
            .search();
    assertThat(found).isEqualTo(best(machine, seconds, largest));
    assertThat(measured).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(5).contains(found);
  }
}
