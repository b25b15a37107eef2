package org.charrnn.plot;

import java.util.List;
import org.charrnn.store.HistoryRow;

/**
 * What a picture shows of a run.
 *
 * @param name what its legend calls it, another for each run
 * @param rows the run's history, at least one
 */
public record Curve(String name, List<HistoryRow> rows) {}
