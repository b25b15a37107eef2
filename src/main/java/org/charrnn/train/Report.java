package org.charrnn.train;

import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;

/**
 * A point of a training at which its listeners are notified.
 *
 * @param step steps done
 * @param row of the history, for the steps since the last report
 * @param isSaved whether the training is saved at this point
 * @param progress what a checkpoint of this point holds
 */
public record Report(long step, HistoryRow row, boolean isSaved, TrainingProgress progress) {}
