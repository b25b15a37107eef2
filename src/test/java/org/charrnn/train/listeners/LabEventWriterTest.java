package org.charrnn.train.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;
import org.charrnn.store.events.EventFile;
import org.charrnn.testing.Events;
import org.charrnn.train.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;

class LabEventWriterTest {
  @TempDir Path directory;

  /** Returns the events of some steps, each with its number as its loss. */
  private List<Event> events(TrainingProgress progress, long from, long to) throws IOException {
    try (EventFile file = EventFile.create(directory)) {
      LabEventWriter writer = new LabEventWriter(file, to);
      writer.onStart(progress);
      for (long step = from; step < to; step++) {
        writer.onReport(
            new Report(step + 1, HistoryRow.ofLab(step, (float) step), false, progress));
      }
    }
    List<Event> events = Events.read(Events.files(directory).get(0));
    return events.subList(1, events.size());
  }

  @Test
  void lossOfEveryTenthStepAndOfTheLastIsWritten() throws IOException {
    List<Event> all = events(TrainingProgress.START, 0, 24);
    List<Event> events = all.subList(1, all.size());
    assertThat(events).extracting(Event::getStep).containsExactly(0L, 10L, 20L, 23L);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getSummary().getValue(0).getTag()).isEqualTo("train/loss");
              assertThat(event.getSummary().getValue(0).getSimpleValue())
                  .isEqualTo((float) event.getStep());
            });
  }

  /** A training that is killed early resumes from the checkpoint before the first step. */
  @Test
  void trainingFromTheFirstStepDiscardsAllEarlierEvents() throws IOException {
    Event first = events(TrainingProgress.START, 0, 1).get(0);
    assertThat(first.getStep()).isZero();
    assertThat(first.getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
  }

  /** The step after the checkpoint has the number of steps done. */
  @Test
  void resumedTrainingDiscardsEventsAfterTheCheckpoint() throws IOException {
    List<Event> events = events(new TrainingProgress(15, 0, null, 0), 15, 24);
    assertThat(events).extracting(Event::getStep).containsExactly(15L, 20L, 23L);
    assertThat(events.get(0).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
  }
}
