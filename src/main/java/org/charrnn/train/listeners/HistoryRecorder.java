package org.charrnn.train.listeners;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TrainingProgress;
import org.charrnn.train.Report;
import org.charrnn.train.TrainingListener;

/** Records the rows of {@code history.csv} and writes them whenever the training is saved. */
public final class HistoryRecorder implements TrainingListener {
  private final RunDirectory run;
  private final List<HistoryRow> rows = new ArrayList<>();

  public HistoryRecorder(RunDirectory run) {
    this.run = run;
  }

  /** Keeps the rows before the checkpoint that the training resumes from. */
  @Override
  public void onStart(TrainingProgress progress) throws IOException {
    run.readHistory().stream().filter(row -> row.stepsDone() <= progress.step()).forEach(rows::add);
  }

  /** Completes the row of the checkpoint, if the history was not lost. */
  @Override
  public void onLateValidation(TrainingProgress progress, double nats) throws IOException {
    rows.replaceAll(row -> row.stepsDone() == progress.step() ? row.withValidation(nats) : row);
    run.writeHistory(rows);
  }

  @Override
  public void onReport(Report report) {
    rows.add(report.row());
  }

  @Override
  public void onSave(Report report) throws IOException {
    run.writeHistory(rows);
  }
}
