package org.charrnn.train.listeners;

import java.io.IOException;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.TrainingProgress;
import org.charrnn.train.Report;
import org.charrnn.train.Trainer;
import org.charrnn.train.TrainingListener;

/** Writes checkpoints: one before the first step, then whenever the training is saved. */
public final class CheckpointWriter implements TrainingListener {
  private final RunCheckpoints checkpoints;
  private final Trainer trainer;

  public CheckpointWriter(RunCheckpoints checkpoints, Trainer trainer) {
    this.checkpoints = checkpoints;
    this.trainer = trainer;
  }

  @Override
  public void onStart(TrainingProgress progress) throws IOException {
    if (progress.equals(TrainingProgress.START)) {
      checkpoints.write(progress, trainer.variables());
    }
  }

  @Override
  public void onLateValidation(TrainingProgress progress, double nats) throws IOException {
    checkpoints.write(progress, trainer.variables());
  }

  @Override
  public void onSave(Report report) throws IOException {
    checkpoints.write(report.progress(), trainer.variables());
  }
}
