package org.charrnn.plot;

import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.store.HistoryRow;

/**
 * The learning curve of a run.
 *
 * @param name the name in the legend, unique in a plot
 * @param rows the run's history, at least one row
 */
public record Curve(String name, List<HistoryRow> rows) {

  /**
   * Creates a curve from losses in memory, for a training without a run directory.
   *
   * @param name the name in the legend, unique in a plot
   * @param meanLossNats the mean loss before each step, in nats
   */
  public static Curve ofLosses(String name, List<Float> meanLossNats) {
    return new Curve(
        name,
        IntStream.range(0, meanLossNats.size())
            .mapToObj(step -> HistoryRow.ofLab(step, meanLossNats.get(step)))
            .toList());
  }
}
