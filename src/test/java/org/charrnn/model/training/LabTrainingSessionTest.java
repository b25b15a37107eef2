package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.Windows;
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabModelTest {
  private static final int STEPS = 30;
  private static final Vocabulary VOCABULARY = Vocabulary.of(LabConfig.SENTENCE);
  private static final Windows WINDOWS = Windows.of(VOCABULARY.encode(LabConfig.SENTENCE), 10);
  private static final ModelConfig CONFIG =
      ModelConfig.lab(VOCABULARY.size(), VOCABULARY.size(), 2);

  /** All that a training leaves, float by float. */
  private record Trained(List<Float> losses, List<List<Float>> weights) {}

  private static Trained train(Kernel kernel, long seed) {
    return train(lab(kernel, seed));
  }

  private static Trained train(LabModel untrained) {
    try (LabModel model = untrained) {
      List<Float> losses = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        losses.add(model.train());
      }
      return new Trained(losses, elements(model.weightsAndSlots()));
    }
  }

  private static LabModel lab(long seed) {
    return lab(Kernel.OPS, seed);
  }

  private static LabModel lab(Kernel kernel, long seed) {
    return new LabModel(CONFIG, WINDOWS, kernel, 0.1f, seed);
  }

  static Stream<Kernel> kernels() {
    return Stream.of(
        Kernel.OPS,
        Kernel.fused(1),
        Kernel.fused(4),
        new Kernel(Kernel.Kind.FUSED, 2, Precision.BFLOAT16));
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
  void twentyTrainingsFromOneSeedAreEqualBitForBit(Kernel kernel) {
    Trained first = train(kernel, 1);
    for (int i = 1; i < 20; i++) {
      assertThat(train(kernel, 1)).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theNumberOfThreadsChangesNothing(int threads) {
    Kernel kernel = Kernel.fused(4);
    SessionSettings settings = new SessionSettings(threads);
    assertThat(train(new LabModel(CONFIG, WINDOWS, kernel, 0.1f, 1, settings)))
        .isEqualTo(train(kernel, 1));
  }

  /** A product of bfloat16 numbers is off by up to 2^-8 of its size; the losses begin near 3.2. */
  @Test
  void lowerPrecisionLearnsNearlyTheSame() {
    Trained low = train(new Kernel(Kernel.Kind.FUSED, 2, Precision.BFLOAT16), 1);
    Trained single = train(Kernel.OPS, 1);
    for (int step = 0; step < STEPS; step++) {
      assertThat(low.losses().get(step)).isCloseTo(single.losses().get(step), within(0.1f));
    }
  }

  @Test
  void anotherSeedTrainsOtherwise() {
    Trained one = train(Kernel.OPS, 1);
    Trained two = train(Kernel.OPS, 2);
    assertThat(two.losses()).doesNotContainAnyElementsOf(one.losses());
    assertThat(two.weights().get(0)).isNotEqualTo(one.weights().get(0));
  }

  /**
   * First logits are small sums of small weights: hidden features of about 0.1, times Glorot
   * weights of variance 2 / 50, over 25 features: a deviation of 0.1, which moves the loss by half
   * its square.
   */
  @Test
  void firstLossIsNearLnOfClasses() {
    try (LabModel model = lab(1)) {
      assertThat((double) model.train()).isCloseTo(Math.log(25), within(0.02));
    }
  }

  @Test
  void trainingLowersTheLoss() {
    List<Float> losses = train(Kernel.OPS, 1).losses();
    assertThat(losses.get(STEPS - 1)).isLessThan(losses.get(0) - 1);
  }

  @Test
  void stepTellsWhatItSawBeforeItChangedTheWeights() {
    try (LabModel model = lab(1);
        LabModel same = lab(1)) {
      for (int i = 0; i < 3; i++) {
        int[][] before = model.predict();
        LabModel.Step step = model.trainAndPredict();
        assertThat(step.predictions()).isDeepEqualTo(before);
        assertThat(step.meanLossNats()).isEqualTo(same.train());
      }
    }
  }

  @Test
  void predictionsAreTheLargestLogits() {
    try (LabModel model = lab(1)) {
      float[][][] logits = model.logits();
      int[][] predictions = model.predict();
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
  void weightsOfOneModelMakeAnotherTheSame() {
    try (LabModel trained = lab(1);
        LabModel other = lab(2)) {
      trained.train();
      other.setWeights(trained.weights());
      assertThat(elements(other.weights())).isEqualTo(elements(trained.weights()));
      assertThat(other.logits()).isDeepEqualTo(trained.logits());
    }
  }

  @Test
  void weightsAndSlotsHaveTheOriginalsNames() {
    try (LabModel model = lab(1)) {
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

      assertThat(model.weightShapes()).containsOnlyKeys(weights);
      assertThat(model.weights()).extracting(VariableValue::name).isEqualTo(weights);
      assertThat(model.weightsAndSlots()).extracting(VariableValue::name).isEqualTo(all);
    }
  }
}
