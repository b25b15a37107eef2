package org.charrnn.train.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.TrainingProgress;
import org.charrnn.store.events.EventFile;
import org.charrnn.testing.Events;
import org.charrnn.text.Level;
import org.charrnn.train.FakeTrainer;
import org.charrnn.train.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

class EventWriterTest {
  @TempDir Path directory;

  private final FakeTrainer trainer = new FakeTrainer(10, 1);

  private interface Use {
    void use(EventWriter writer) throws IOException;
  }

  /** Returns the events that a use of the listener writes, without the version of the file. */
  private List<Event> events(Level level, Use use) throws IOException {
    try (EventFile file = EventFile.create(directory)) {
      use.use(new EventWriter(file, trainer, level));
    }
    List<Event> events = Events.read(Events.files(directory).get(0));
    return events.subList(1, events.size());
  }

  private static Report report(Double validationNats) {
    HistoryRow row = new HistoryRow(50, 0.5, 2, 0.25f, 1.5, 50_000.0, validationNats);
    return new Report(50, row, true, TrainingProgress.START);
  }

  private static Map<String, Float> scalars(Event event) {
    return event.getSummary().getValueList().stream()
        .collect(Collectors.toMap(Summary.Value::getTag, Summary.Value::getSimpleValue));
  }

  @Test
  void newTrainingStartsWithHistogramsOfInitialWeights() throws IOException {
    List<Event> events = events(Level.CHARACTER, writer -> writer.onStart(TrainingProgress.START));
    assertThat(events).hasSize(2);
    assertThat(events.get(0).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    assertThat(events.get(0).getStep()).isZero();
    assertThat(events.get(1).getStep()).isZero();
    assertThat(events.get(1).getSummary().getValue(0).getTag()).isEqualTo("weights/weight");
    assertThat(events.get(1).getSummary().getValue(0).hasHisto()).isTrue();
  }

  /** Events of the checkpoint's own step stay. */
  @Test
  void resumedTrainingDiscardsEventsAfterTheCheckpoint() throws IOException {
    List<Event> events =
        events(Level.CHARACTER, writer -> writer.onStart(new TrainingProgress(40, 0, null, 0)));
    assertThat(events).hasSize(1);
    assertThat(events.get(0).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    assertThat(events.get(0).getStep()).isEqualTo(41);
  }

  @Test
  void reportOfCharactersHasBits() throws IOException {
    List<Event> events = events(Level.CHARACTER, writer -> writer.onReport(report(null)));
    assertThat(events).hasSize(1);
    assertThat(events.get(0).getStep()).isEqualTo(50);
    assertThat(scalars(events.get(0)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "train/loss", 2f,
                "train/bits_per_character", (float) (2 / Math.log(2)),
                "train/learning_rate", 0.25f,
                "train/gradient_norm", 1.5f,
                "train/tokens_per_second", 50_000f));
  }

  @Test
  void reportOfValidatedWordsHasPerplexities() throws IOException {
    List<Event> events = events(Level.WORD, writer -> writer.onReport(report(3.0)));
    assertThat(scalars(events.get(0)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "train/loss", 2f,
                "train/perplexity", (float) Math.exp(2),
                "train/learning_rate", 0.25f,
                "train/gradient_norm", 1.5f,
                "train/tokens_per_second", 50_000f,
                "validation/loss", 3f,
                "validation/perplexity", (float) Math.exp(3)));
  }

  @Test
  void saveHasHistogramsOfWeights() throws IOException {
    trainer.train(0, 50);
    List<Event> events = events(Level.CHARACTER, writer -> writer.onSave(report(null)));
    assertThat(events).hasSize(1);
    assertThat(events.get(0).getStep()).isEqualTo(50);
    Summary.Value value = events.get(0).getSummary().getValue(0);
    assertThat(value.getTag()).isEqualTo("weights/weight");
    assertThat(value.getHisto().getMax()).isEqualTo(50);
  }

  @Test
  void sampleIsAText() throws IOException {
    List<Event> events = events(Level.CHARACTER, writer -> writer.sample(50, "to be"));
    assertThat(events.get(0).getStep()).isEqualTo(50);
    Summary.Value value = events.get(0).getSummary().getValue(0);
    assertThat(value.getTag()).isEqualTo("samples");
    assertThat(value.getTensor().getStringVal(0).toStringUtf8()).isEqualTo("    to be");
  }

  @Test
  void lateValidationIsOfTheStepOfTheCheckpoint() throws IOException {
    TrainingProgress progress = new TrainingProgress(40, 40, 3f, 0);
    List<Event> events = events(Level.WORD, writer -> writer.onLateValidation(progress, 3.0));
    assertThat(events).hasSize(1);
    assertThat(events.get(0).getStep()).isEqualTo(40);
    assertThat(scalars(events.get(0)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("validation/loss", 3f, "validation/perplexity", (float) Math.exp(3)));
  }
}
