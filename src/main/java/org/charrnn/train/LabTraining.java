package org.charrnn.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.charrnn.model.LabModel;
import org.charrnn.store.EventFile;
import org.charrnn.text.Windows;

/** The lab's loop: every step trains on all windows; at the end the sentence is read back. */
public final class LabTraining {
  private static final int STEPS_BETWEEN_EVENTS = 10; // enough for a curve, and nearly free

  private LabTraining() {}

  /** The loss left the numbers: nothing can be learned from here on. */
  public static final class DivergedException extends Exception {
    private static final long serialVersionUID = 1L;

    DivergedException(String what, long step, float value) {
      super("the %s at step %d is %s; try a smaller --learning-rate".formatted(what, step, value));
    }
  }

  /**
   * Trains.
   *
   * @param steps how many steps, if nothing stops it
   * @param stop ends the loop early, after a whole step
   * @param events gets the loss before every tenth step and before the last
   * @return the loss before each step that was made, in nats
   * @throws DivergedException if a loss is infinite or not a number
   * @throws IOException if an event cannot be written
   */
  public static List<Float> run(
      LabModel model,
      Windows windows,
      int steps,
      Listing listing,
      Progress progress,
      StopSignal stop,
      EventFile events)
      throws DivergedException, IOException {
    List<Float> losses = new ArrayList<>();
    progress.print(() -> listing.printWindows(windows));
    for (int i = 0; i < steps && !stop.requested(); i++) {
      int step = i;
      float loss;
      if (listing.wants(step)) {
        LabModel.Step result = model.trainAndPredict();
        loss = result.meanLossNats();
        progress.print(() -> listing.printStep(step, result));
      } else {
        loss = model.train();
      }
      if (!Float.isFinite(loss)) {
        throw new DivergedException("loss", step, loss);
      }
      losses.add(loss);
      if (step % STEPS_BETWEEN_EVENTS == 0 || step == steps - 1) {
        events.scalars(step, Map.of("train/loss", (double) loss));
      }
      progress.step(step + 1L, () -> String.format(Locale.ROOT, " loss %.4f nats", loss));
    }
    progress.print(() -> listing.printSentence(model.predict()));
    return losses;
  }
}
