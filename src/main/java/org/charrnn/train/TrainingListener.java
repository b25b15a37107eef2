package org.charrnn.train;

import java.io.IOException;
import java.util.Optional;
import org.charrnn.store.TrainingProgress;

/** Is notified of the events of a {@link TrainingLoop}. Listeners are called in their order. */
public interface TrainingListener {
  /**
   * Called before the first step.
   *
   * @param progress how far the training is: {@link TrainingProgress#START}, or that of the
   *     checkpoint that it resumes from
   */
  default void onStart(TrainingProgress progress) throws IOException {}

  /**
   * Called before the first step if the training was stopped before it was validated after its last
   * step, and now has been.
   *
   * @param progress of the checkpoint, with the result
   * @param validationNats mean loss of a token of the validation text, in nats
   */
  default void onLateValidation(TrainingProgress progress, double validationNats)
      throws IOException {}

  /**
   * Called after each step, or after each group of steps that are taken together.
   *
   * @param step steps done
   */
  default void onStep(long step, ReportInterval interval) {}

  /**
   * Called while the validation text is read.
   *
   * @param step steps done
   * @param read tokens read so far
   * @param tokens in the text
   */
  default void onValidation(long step, long read, long tokens) {}

  /** Called at every report. */
  default void onReport(Report report) throws IOException, DivergedException {}

  /** Called at every report that is saved, after {@link #onReport} of all listeners. */
  default void onSave(Report report) throws IOException, DivergedException {}

  /** Returns whether, and why, the training ends now; asked after each step or group of steps. */
  default Optional<Ending> ending() {
    return Optional.empty();
  }

  /** Called after the last step, unless the training failed. */
  default void onEnd() {}
}
