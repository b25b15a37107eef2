package org.charrnn.plot;

import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.store.HistoryRow;

/**
 * What a picture shows of a run.
 *
 * @param name what its legend calls it, another for each run
 * @param rows the run's history, at least one
 */
public record Curve(String name, List<HistoryRow> rows) {

  /**
   * The curve of a training that was not written down.
   *
   * @param meanLossNats the loss before each step, in nats
   */
  public static Curve ofLosses(String name, List<Float> meanLossNats) {
    return new Curve(
        name,
        IntStream.range(0, meanLossNats.size())
            .mapToObj(step -> HistoryRow.ofLab(step, meanLossNats.get(step)))
            .toList());
  }
}
