package org.charrnn.train.listeners;

import java.io.IOException;
import java.util.Map;
import org.charrnn.store.TrainingProgress;
import org.charrnn.store.events.EventFile;
import org.charrnn.train.Report;
import org.charrnn.train.TrainingListener;

/** Writes events of the lab for TensorBoard: the loss before every tenth step and the last. */
public final class LabEventWriter implements TrainingListener {
  private static final int STEPS_PER_EVENT = 10; // enough for a curve, at little cost

  private final EventFile file;
  private final long steps;

  /**
   * @param file not closed by the listener
   * @param steps of the whole training
   */
  public LabEventWriter(EventFile file, long steps) {
    this.file = file;
    this.steps = steps;
  }

  /** Makes TensorBoard drop the events after the checkpoint that a killed training wrote. */
  @Override
  public void onStart(TrainingProgress progress) throws IOException {
    file.resumeAt(progress.step());
  }

  @Override
  public void onReport(Report report) throws IOException {
    long step = report.row().step();
    if (step % STEPS_PER_EVENT == 0 || report.step() == steps) {
      file.scalars(step, Map.of("train/loss", report.row().meanLossNats()));
    }
  }

  @Override
  public void onSave(Report report) throws IOException {
    file.force();
  }
}
