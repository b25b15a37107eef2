package org.charrnn.store.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.testing.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

class EventFileTest {
  @TempDir Path directory;

  private Event last() throws IOException {
    List<Event> events = Events.read(Events.files(directory).get(0));
    return events.get(events.size() - 1);
  }

  @Test
  void eventsCanBeReadAtOnce() throws IOException {
    double before = System.currentTimeMillis() / 1000.0;
    try (EventFile file = EventFile.create(directory)) {
      assertThat(last().getFileVersion()).isEqualTo("brain.Event:2");
      file.scalars(7, Map.of("train/loss", 0.5));
      assertThat(last().getStep()).isEqualTo(7);
      assertThat(last().getWallTime())
          .isBetween(before, Math.nextUp(System.currentTimeMillis() / 1000.0));
      Summary.Value value = last().getSummary().getValue(0);
      assertThat(value.getTag()).isEqualTo("train/loss");
      assertThat(value.getSimpleValue()).isEqualTo(0.5f);
      file.resumeAt(6);
      assertThat(last().getStep()).isEqualTo(6);
      assertThat(last().getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    }
  }

  @Test
  void histogramHasNameOfVariable() throws IOException {
    try (EventFile file = EventFile.create(directory)) {
      file.histograms(
          3,
          "weights",
          List.of(
              new VariableValue("softmax_w", Shape.of(2, 1), new float[] {1, 2}),
              new VariableValue("softmax_b", Shape.of(1), new float[] {-4})));
    }
    assertThat(last().getSummary().getValueList())
        .extracting(Summary.Value::getTag)
        .containsExactly("weights/softmax_w", "weights/softmax_b");
    assertThat(last().getSummary().getValue(1).getHisto().getMin()).isEqualTo(-4);
  }

  @Test
  void textIsNotRenderedAsMarkdown() throws IOException {
    try (EventFile file = EventFile.create(directory)) {
      file.text(3, "samples", "# one\n\n<b>두</b>");
    }
    Summary.Value value = last().getSummary().getValue(0);
    assertThat(value.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
    assertThat(value.getTensor().getStringVal(0).toStringUtf8())
        .isEqualTo("    # one\n    \n    <b>두</b>");
  }

  /** TensorBoard reads files in the order of their names; the clock may have been set back. */
  @Test
  void newFileSortsAfterExistingOnes() throws IOException {
    Files.createFile(directory.resolve("events.out.tfevents.4000000000.charrnn"));
    Files.createFile(directory.resolve("events.out.tfevents.5000000000.somebody.else"));
    EventFile.create(directory).close();
    EventFile.create(directory).close();
    assertThat(EventFile.names(directory))
        .containsExactly(
            "events.out.tfevents.4000000000.charrnn",
            "events.out.tfevents.4000000001.charrnn",
            "events.out.tfevents.4000000002.charrnn");
  }

  @Test
  void fileThatCannotBeWrittenIsNamed() throws IOException {
    EventFile file = EventFile.create(directory);
    file.close();
    assertThatThrownBy(() -> file.scalars(1, Map.of("train/loss", 1.0)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot write " + Events.files(directory).get(0));
  }
}
