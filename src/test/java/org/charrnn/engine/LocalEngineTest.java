package org.charrnn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalEngineTest {
  private final Engine engine = new LocalEngine();

  /** Tells how it was added up. */
  private static final class Named implements SumWork<String, Integer, String> {
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
  void resultsComeInTheOrderOfTheItems() {
    assertThat(engine.map(new Named(), "x", items(3))).containsExactly("x0", "x1", "x2");
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "3, ((01)2)", "16, ", "17, ", "30, "})
  void fewResultsAreAddedOneAfterTheOtherAndManyInGroups(int count, String expected) {
    String sum = engine.sum(new Named(), "", items(count));
    List<String> results = engine.map(new Named(), "", items(count));
    assertThat(sum).isEqualTo(inGroups(results));
    if (expected != null) {
      assertThat(sum).isEqualTo(expected);
    }
  }

  /** The order that {@link SumOrder} tells, by all results at once. */
  private static String inGroups(List<String> results) {
    List<String> sums = new ArrayList<>();
    int size = SumOrder.groupSize(results.size());
    for (int from = 0; from < results.size(); from += size) {
      int to = Math.min(from + size, results.size());
      sums.add(SumOrder.inOrder(results.subList(from, to), new Named()::add));
    }
    return SumOrder.inOrder(sums, new Named()::add);
  }

  /** Of 17 results, four groups of five, the last of two. */
  @Test
  void groupsAreOfNeighbours() {
    List<String> groups = new ArrayList<>();
    for (int from = 0; from < 17; from += 5) {
      List<Integer> group = items(17).subList(from, Math.min(17, from + 5));
      groups.add(group.stream().map(String::valueOf).reduce(new Named()::add).orElseThrow());
    }
    assertThat(engine.sum(new Named(), "", items(17)))
        .isEqualTo(groups.stream().reduce(new Named()::add).orElseThrow());
  }

  @Test
  void anEngineThatIsNotThereIsToldWithTheWayToIt() {
    EngineSettings settings = new EngineSettings(null, Map.of(), () -> {});
    assertThatThrownBy(() -> Engines.start("abacus", settings))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--engine abacus ")
        .hasMessageContaining("mvn package -DskipTests -Pabacus");
  }
}
