package org.charrnn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalEngineTest {
  private final Engine engine = new LocalEngine();

  /** Concatenates strings with parentheses, so that the sum shows the order of additions. */
  private static final class Trace implements SumWork<String, Integer, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String apply(String shared, Integer item) {
      return shared + item;
    }

    @Override
    public String add(String sum, String next) {
      return "(" + sum + next + ")";
    }
  }

  private static List<Integer> items(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void resultsAreInItemOrder() {
    assertThat(engine.map(new Trace(), "x", items(3))).containsExactly("x0", "x1", "x2");
  }

  /** An endless sequence: the caller stops it. */
  @Test
  void itemsAreTakenAsTheyAreNeeded() {
    List<String> results = new ArrayList<>();
    assertThatThrownBy(
            () ->
                engine.mapEach(
                    new Trace(),
                    "x",
                    Stream.iterate(0, i -> i + 1).iterator(),
                    result -> {
                      results.add(result);
                      if (results.size() == 3) {
                        throw new IllegalStateException("enough");
                      }
                    }))
        .hasMessage("enough");
    assertThat(results).containsExactly("x0", "x1", "x2");
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "3, ((01)2)", "16, ", "17, ", "30, "})
  void upTo16ResultsAreAddedInSequenceAndMoreInGroups(int count, String expected) {
    String sum = engine.sum(new Trace(), "", items(count));
    List<String> results = engine.map(new Trace(), "", items(count));
    assertThat(sum).isEqualTo(sumInGroups(results));
    if (expected != null) {
      assertThat(sum).isEqualTo(expected);
    }
  }

  /** The order documented in {@link SumOrder}, computed from all results at once. */
  private static String sumInGroups(List<String> results) {
    List<String> sums = new ArrayList<>();
    int groupSize = SumOrder.groupSize(results.size());
    for (int from = 0; from < results.size(); from += groupSize) {
      int to = Math.min(from + groupSize, results.size());
      sums.add(SumOrder.inOrder(results.subList(from, to), new Trace()::add));
    }
    return SumOrder.inOrder(sums, new Trace()::add);
  }

  /** 17 results make four groups: three of five and one of two. */
  @Test
  void groupsHoldConsecutiveResults() {
    List<String> groups = new ArrayList<>();
    for (int from = 0; from < 17; from += 5) {
      List<Integer> group = items(17).subList(from, Math.min(17, from + 5));
      groups.add(group.stream().map(String::valueOf).reduce(new Trace()::add).orElseThrow());
    }
    assertThat(engine.sum(new Trace(), "", items(17)))
        .isEqualTo(groups.stream().reduce(new Trace()::add).orElseThrow());
  }

  @Test
  void unknownEngineIsRejectedWithInstructions() {
    EngineSettings settings = new EngineSettings(null, Map.of(), 0, () -> {});
    assertThatThrownBy(() -> Engines.start("abacus", settings))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("the abacus engine is not in this build; ")
        .hasMessageContaining("mvn package -DskipTests -Pabacus");
  }
}
