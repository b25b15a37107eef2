package org.charrnn.train.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TrainingProgress;
import org.charrnn.testing.ExampleModel;
import org.charrnn.train.Report;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryRecorderTest {
  @TempDir Path directory;
  private RunDirectory run;

  @BeforeEach
  void createRun() throws IOException {
    run = ExampleModel.LAB.createRun(directory);
  }

  private static HistoryRow row(long step) {
    return new HistoryRow(step, step / 16.0, 1.5, 0.002f, 1.0, 50_000.0, null);
  }

  private static Report report(HistoryRow row) {
    return new Report(row.stepsDone(), row, false, TrainingProgress.START);
  }

  private static TrainingProgress progress(long step) {
    return new TrainingProgress(step, 0, null, 0);
  }

  @Test
  void rowsAreWrittenWhenTheTrainingIsSaved() throws IOException {
    HistoryRecorder recorder = new HistoryRecorder(run);
    recorder.onStart(TrainingProgress.START);
    recorder.onReport(report(row(50)));
    assertThat(run.readHistory()).isEmpty();
    recorder.onReport(report(row(80)));
    recorder.onSave(report(row(80)));
    recorder.onReport(report(row(100)));
    assertThat(run.readHistory()).containsExactly(row(50), row(80));
  }

  @Test
  void resumedTrainingDropsLaterRows() throws IOException {
    run.writeHistory(List.of(row(50), row(80), row(100)));
    HistoryRecorder recorder = new HistoryRecorder(run);
    recorder.onStart(progress(80));
    recorder.onReport(report(row(96)));
    recorder.onSave(report(row(96)));
    assertThat(run.readHistory()).containsExactly(row(50), row(80), row(96));
  }

  /** A row of the lab has the step before it is done: after 2 steps, the rows are 0 and 1. */
  @Test
  void resumedLabDropsLaterRows() throws IOException {
    run.writeHistory(
        List.of(HistoryRow.ofLab(0, 3), HistoryRow.ofLab(1, 2), HistoryRow.ofLab(2, 1)));
    HistoryRecorder recorder = new HistoryRecorder(run);
    recorder.onStart(progress(2));
    recorder.onReport(report(HistoryRow.ofLab(2, 0.5f)));
    recorder.onSave(report(HistoryRow.ofLab(2, 0.5f)));
    assertThat(run.readHistory())
        .containsExactly(HistoryRow.ofLab(0, 3), HistoryRow.ofLab(1, 2), HistoryRow.ofLab(2, 0.5f));
  }

  @Test
  void missingHistoryOfResumedTrainingStartsAgain() throws IOException {
    HistoryRecorder recorder = new HistoryRecorder(run);
    recorder.onStart(progress(80));
    recorder.onReport(report(row(96)));
    recorder.onSave(report(row(96)));
    assertThat(run.readHistory()).containsExactly(row(96));
  }

  @Test
  void lateValidationCompletesTheRowOfTheCheckpoint() throws IOException {
    run.writeHistory(List.of(row(50), row(80), row(100)));
    HistoryRecorder recorder = new HistoryRecorder(run);
    recorder.onStart(progress(80));
    recorder.onLateValidation(progress(80), 2.5);
    assertThat(run.readHistory()).containsExactly(row(50), row(80).withValidation(2.5));
    assertThat(run.readHistory().get(1).validationNats()).isEqualTo(2.5);
  }
}
