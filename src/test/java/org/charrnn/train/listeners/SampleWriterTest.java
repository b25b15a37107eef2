package org.charrnn.train.listeners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ModelConfig;
import org.charrnn.store.TrainingProgress;
import org.charrnn.text.Vocabulary;
import org.charrnn.train.DivergedException;
import org.charrnn.train.FakeTrainer;
import org.charrnn.train.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SampleWriterTest {
  private static final Vocabulary VOCABULARY = Vocabulary.of("abc");
  private static final ModelConfig NETWORK = ModelConfig.lab(3, 4, 1);

  private final List<String> samples = new ArrayList<>();

  /** Returns weights that are zeros except for the biases of the logits. */
  private static List<VariableValue> weights(float... biases) {
    List<VariableValue> weights = new ArrayList<>();
    NETWORK
        .weightShapes()
        .forEach(
            (name, shape) ->
                weights.add(
                    new VariableValue(
                        name,
                        shape,
                        name.equals("softmax_b") ? biases : new float[(int) shape.size()])));
    return weights;
  }

  private void sample(long seed, int length, long step, float... biases)
      throws IOException, DivergedException {
    sample(() -> false, seed, length, step, biases);
  }

  private void sample(BooleanSupplier isStopped, long seed, int length, long step, float... biases)
      throws IOException, DivergedException {
    List<SampleWriter.SampleSink> sinks =
        List.of((done, text) -> samples.add(done + " " + text), (done, text) -> samples.add(text));
    FakeTrainer trainer = new FakeTrainer(10, 1).withWeights(weights(biases));
    new SampleWriter(trainer, NETWORK, VOCABULARY, length, seed, sinks, isStopped)
        .onSave(new Report(step, null, true, TrainingProgress.START));
  }

  /** Other tokens have a probability of e^-100. */
  @Test
  void likelyTokenIsSampledForEachSink() throws Exception {
    sample(1, 5, 30, 0, 100, 0);
    assertThat(samples).containsExactly("30 bbbbb", "bbbbb");
  }

  /**
   * Of equally likely tokens; that two texts of 50 are equal by chance has a probability of 3^-50.
   */
  @Test
  void seedAndStepDetermineTheText() throws Exception {
    sample(1, 50, 30, 0, 0, 0);
    sample(1, 50, 30, 0, 0, 0);
    sample(1, 50, 60, 0, 0, 0);
    sample(2, 50, 30, 0, 0, 0);
    assertThat(samples.get(1)).hasSize(50).matches("[abc]*").isEqualTo(samples.get(3));
    assertThat(samples.get(5)).hasSize(50).isNotEqualTo(samples.get(1));
    assertThat(samples.get(7)).hasSize(50).isNotEqualTo(samples.get(1));
  }

  @Test
  void logitsThatAreNotFiniteEndTraining() {
    assertThatThrownBy(() -> sample(1, 5, 30, Float.NaN, 0, 0))
        .isInstanceOf(DivergedException.class)
        .hasMessage("the loss at step 30 is NaN; try a smaller learning rate");
    assertThat(samples).isEmpty();
  }

  @Test
  void stoppedTrainingIsNotSampled() throws Exception {
    sample(() -> true, 1, 5, 30, 0, 100, 0);
    assertThat(samples).isEmpty();
  }

  /** The whole text would take days. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void sampleIsAbandonedWhenTrainingIsStopped() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    sample(() -> asked.incrementAndGet() > 3, 1, Integer.MAX_VALUE, 30, 0, 100, 0);
    assertThat(samples).isEmpty();
  }
}
