package org.charrnn.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.testing.LabSession;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Windows;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@link TrainingSession} that trains as the lab does. */
class LabTrainingSessionTest {
  private static final int STEPS = 30;
  private static final Vocabulary VOCABULARY = Vocabulary.of(LabText.SENTENCE);
  private static final Windows WINDOWS = Windows.of(VOCABULARY.encode(LabText.SENTENCE), 10);
  private static final float RATE = 0.1f;
  private static final ModelConfig CONFIG =
      ModelConfig.lab(VOCABULARY.size(), VOCABULARY.size(), 2);

  /** The result of a training. */
  private record Trained(List<Float> losses, List<List<Float>> variables) {}

  private static Trained train(ComputeKernel kernel, long seed) {
    return train(open(kernel, seed));
  }

  private static Trained train(LabSession untrained) {
    try (LabSession session = untrained) {
      List<Float> losses = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        losses.add(session.train());
      }
      return new Trained(losses, elements(session.variables()));
    }
  }

  private static LabSession open(long seed) {
    return open(ComputeKernel.OPS, seed);
  }

  private static LabSession open(ComputeKernel kernel, long seed) {
    return open(kernel, seed, TrainingStart.RANDOM, SessionSettings.allCores());
  }

  private static LabSession open(
      ComputeKernel kernel, long seed, TrainingStart start, SessionSettings settings) {
    return LabSession.open(
        LabSession.setup(CONFIG, WINDOWS, kernel, seed), start, WINDOWS, RATE, settings);
  }

  static Stream<ComputeKernel> kernels() {
    return Stream.of(
        ComputeKernel.OPS,
        ComputeKernel.fused(1),
        ComputeKernel.fused(4),
        new ComputeKernel(ComputeKernel.Kind.FUSED, 2, Precision.BFLOAT16));
  }

  private static List<List<Float>> elements(List<VariableValue> variables) {
    return variables.stream().map(variable -> elements(variable.values())).toList();
  }

  private static List<Float> elements(float[] values) {
    List<Float> elements = new ArrayList<>();
    for (float value : values) {
      elements.add(value);
    }
    return elements;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void trainingsFromOneSeedAreEqualBitForBit(ComputeKernel kernel) {
    Trained first = train(kernel, 1);
    for (int i = 1; i < 20; i++) {
      assertThat(train(kernel, 1)).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void numberOfThreadsDoesNotChangeTheResult(int threads) {
    ComputeKernel kernel = ComputeKernel.fused(4);
    SessionSettings settings = new SessionSettings(threads);
    assertThat(train(open(kernel, 1, TrainingStart.RANDOM, settings))).isEqualTo(train(kernel, 1));
  }

  /** The relative error of a bfloat16 product is up to 2^-8; the losses start near 3.2. */
  @Test
  void lossesInLowerPrecisionAreClose() {
    Trained low = train(new ComputeKernel(ComputeKernel.Kind.FUSED, 2, Precision.BFLOAT16), 1);
    Trained single = train(ComputeKernel.OPS, 1);
    for (int step = 0; step < STEPS; step++) {
      assertThat(low.losses().get(step)).isCloseTo(single.losses().get(step), within(0.1f));
    }
  }

  @Test
  void anotherSeedTrainsDifferently() {
    Trained one = train(ComputeKernel.OPS, 1);
    Trained two = train(ComputeKernel.OPS, 2);
    assertThat(two.losses()).doesNotContainAnyElementsOf(one.losses());
    assertThat(two.variables().get(0)).isNotEqualTo(one.variables().get(0));
  }

  /**
   * Initial logits are small: sums over 25 features of hidden values of about 0.1 times Glorot
   * weights of variance 2 / 50 have a standard deviation of 0.1, which changes the loss by half its
   * square.
   */
  @Test
  void firstLossIsNearLnOfClasses() {
    try (LabSession session = open(1)) {
      assertThat((double) session.train()).isCloseTo(Math.log(25), within(0.02));
    }
  }

  @Test
  void trainingLowersTheLoss() {
    List<Float> losses = train(ComputeKernel.OPS, 1).losses();
    assertThat(losses.get(STEPS - 1)).isLessThan(losses.get(0) - 1);
  }

  @Test
  void stepReturnsWhatItComputedBeforeItChangedTheWeights() {
    try (LabSession session = open(1);
        LabSession same = open(1)) {
      for (int i = 0; i < 3; i++) {
        int[][] before = session.predict();
        TrainingSession.StepOutputs step = session.trainAndPredict();
        assertThat(step.predictions()).isDeepEqualTo(before);
        assertThat(step.meanLossNats()).isEqualTo(same.train());
      }
    }
  }

  @Test
  void predictionsAreTheLargestLogits() {
    try (LabSession session = open(1)) {
      float[][][] logits = session.logits();
      int[][] predictions = session.predict();
      assertThat(predictions).hasDimensions(170, 10);
      for (int window = 0; window < 170; window++) {
        for (int t = 0; t < 10; t++) {
          float[] scores = logits[window][t];
          float[] sorted = scores.clone();
          Arrays.sort(sorted);
          assertThat(scores).hasSize(25);
          assertThat(scores[predictions[window][t]]).isEqualTo(sorted[24]);
        }
      }
    }
  }

  @Test
  void trainingStartsFromGivenWeights() {
    try (LabSession trained = open(1)) {
      trained.train();
      TrainingStart start = TrainingStart.weights(trained.weights());
      try (LabSession other = open(ComputeKernel.OPS, 2, start, SessionSettings.allCores())) {
        assertThat(elements(other.weights())).isEqualTo(elements(trained.weights()));
        assertThat(other.logits()).isDeepEqualTo(trained.logits());
      }
    }
  }

  @Test
  void weightsAndSlotsHaveTheOriginalNames() {
    try (LabSession session = open(1)) {
      List<String> weights =
          List.of(
              "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
              "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias",
              "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel",
              "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias",
              "softmax_w",
              "softmax_b");
      List<String> all = new ArrayList<>(weights);
      weights.forEach(name -> all.addAll(List.of(name + "/Adam", name + "/Adam_1")));
      all.addAll(List.of("beta1_power", "beta2_power"));

      assertThat(CONFIG.weightShapes()).containsOnlyKeys(weights);
      assertThat(session.weights()).extracting(VariableValue::name).isEqualTo(weights);
      assertThat(session.variables()).extracting(VariableValue::name).isEqualTo(all);
    }
  }
}
