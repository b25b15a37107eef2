package org.charrnn.cli.training;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.charrnn.store.HistoryRow;

/**
 * Reports that the best checkpoint of a training is far behind the last one. Then the validation
 * text may differ from the training text, or the network has begun to learn its text by heart.
 */
final class BestCheckpoint {
  /** The best checkpoint is far behind if it has less than this part of the steps ... */
  private static final double PART_OF_STEPS = 0.7;

  /** ... and the training loss has since fallen by more nats than this. */
  private static final double MUCH = 0.1;

  private BestCheckpoint() {}

  /**
   * Returns a line with the losses of both checkpoints.
   *
   * @param history of the training
   * @param bestStep steps done at the best validation
   * @param checkpoints their directory, named in the line
   * @return empty if the best checkpoint is not far behind
   */
  static Optional<String> farBehind(List<HistoryRow> history, long bestStep, Object checkpoints) {
    List<HistoryRow> validated =
        history.stream().filter(row -> row.validationNats() != null).toList();
    Optional<HistoryRow> best =
        validated.stream().filter(row -> row.stepsDone() == bestStep).findFirst();
    if (best.isEmpty()) {
      return Optional.empty();
    }
    HistoryRow last = validated.get(validated.size() - 1);
    boolean isFar =
        bestStep < PART_OF_STEPS * last.stepsDone()
            && last.meanLossNats() < best.get().meanLossNats() - MUCH;
    return isFar ? Optional.of(line(best.get(), last, checkpoints)) : Optional.empty();
  }

  private static String line(HistoryRow best, HistoryRow last, Object checkpoints) {
    return String.format(
        Locale.ROOT,
        "the best checkpoint, step %d (validation %.4f nats, training %.4f), is far behind the"
            + " last, step %d (validation %.4f, training %.4f); other commands use the best unless"
            + " they are given %s/step-%d",
        best.stepsDone(),
        best.validationNats(),
        best.meanLossNats(),
        last.stepsDone(),
        last.validationNats(),
        last.meanLossNats(),
        checkpoints,
        last.stepsDone());
  }
}
