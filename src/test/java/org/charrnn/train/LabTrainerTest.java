package org.charrnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.model.Kernel;
import org.charrnn.model.LabModel;
import org.charrnn.model.ModelConfig;
import org.charrnn.store.EventFile;
import org.charrnn.testing.Events;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.Windows;
import org.charrnn.train.LabTraining.DivergedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;

class LabTrainingTest {
  private static final String TEXT = "hello, world";
  private static final Vocabulary VOCABULARY = Vocabulary.of(TEXT);
  private static final Windows WINDOWS = Windows.of(VOCABULARY.encode(TEXT), 4);
  private static final ModelConfig CONFIG = ModelConfig.lab(VOCABULARY.size(), 9, 2);

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();

  @Test
  void sentenceIsReadBackAfterTraining() throws DivergedException, IOException {
    List<Float> losses = train(0.1f, 150, Listing.Mode.NONE);
    assertThat(losses).hasSize(150);
    assertThat(out.toString().lines()).containsExactly("ello, world");
  }

  @Test
  void listedTrainingHasTheLossesOfTheSilentOne() throws DivergedException, IOException {
    List<Float> silent = train(0.1f, 5, Listing.Mode.NONE);
    assertThat(train(0.1f, 5, Listing.Mode.ALL)).isEqualTo(silent);
  }

  @Test
  void withoutStepsTheFirstWeightsReadTheSentence() throws DivergedException, IOException {
    assertThat(train(0.1f, 0, Listing.Mode.SUMMARY)).isEmpty();
    assertThat(out.toString().lines()).hasSize(WINDOWS.count() + 1);
  }

  @Test
  void eventsTellTheLossOfEveryTenthStepAndOfTheLast() throws Exception {
    List<Float> losses = train(0.1f, 14, Listing.Mode.NONE);
    List<Event> events = Events.read(Events.files(directory).get(0));
    assertThat(events.stream().skip(1).map(Event::getStep)).containsExactly(0L, 10L, 13L);
    assertThat(events.stream().skip(1).map(e -> e.getSummary().getValue(0).getSimpleValue()))
        .containsExactly(losses.get(0), losses.get(10), losses.get(13));
  }

  @Test
  void lossThatLeftTheNumbersIsTold() {
    assertThatThrownBy(() -> train(1e38f, 10, Listing.Mode.NONE))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "the loss at step \\d is (NaN|Infinity); try a smaller --learning-rate");
  }

  @Test
  void stopEndsTrainingAfterAWholeStepAndStillReadsTheSentence() throws Exception {
    try (LabModel model = model(0.1f);
        StopSignal stop = new StopSignal();
        EventFile events = EventFile.create(directory);
        Progress progress = Progress.start("train", 10)) {
      Thread shutdown = new Thread(stop::stopAndWait);
      PrintWriter stopsDuringTheSecondStep =
          new PrintWriter(out) {
            @Override
            public void println(String line) {
              super.println(line);
              if (line.startsWith("1 0 ")) {
                shutdown.start();
                while (!stop.requested()) {
                  Thread.onSpinWait();
                }
              }
            }
          };
      Listing listing = new Listing(stopsDuringTheSecondStep, Listing.Mode.ALL, VOCABULARY, 10);
      assertThat(LabTraining.run(model, WINDOWS, 10, listing, progress, stop, events)).hasSize(2);
      assertThat(out.toString().lines()).hasSize(3 * WINDOWS.count() + 1);
    }
  }

  private List<Float> train(float learningRate, int steps, Listing.Mode mode)
      throws DivergedException, IOException {
    try (LabModel model = model(learningRate);
        StopSignal stop = new StopSignal();
        EventFile events = EventFile.create(directory);
        Progress progress = Progress.start("train", steps)) {
      Listing listing = new Listing(new PrintWriter(out), mode, VOCABULARY, steps);
      return LabTraining.run(model, WINDOWS, steps, listing, progress, stop, events);
    }
  }

  private static LabModel model(float learningRate) {
    return new LabModel(CONFIG, WINDOWS, Kernel.OPS, learningRate, 1);
  }
}
