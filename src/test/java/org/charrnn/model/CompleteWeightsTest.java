package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.model.export.SavedModelExport;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.generation.SearchModel;
import org.charrnn.model.generation.StepModel;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.EvaluationSession;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.model.training.UpdateSession;
import org.charrnn.settings.BatchShape;
import org.charrnn.testing.LargeWeights;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;

/**
 * Everything that is opened with weights needs all of them. Missing weights used to stay random or
 * without a value, and unknown ones caused a {@code NullPointerException}.
 */
class CompleteWeightsTest {
  /** Far more than opening takes; without a limit, a session that never closes hangs the build. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Vocabulary VOCABULARY = Vocabulary.of("abcd");
  private static final ModelConfig CONFIG = new ModelConfig(CellKind.GRU, 4, 3, 1, 2);
  private static final BatchShape SHAPE = new BatchShape(2, 5);
  private static final TrainingSetup SETUP =
      new TrainingSetup(
          GradientSetup.withoutNoise(CONFIG, BatchPart.whole(SHAPE), ComputeKernel.fused(1)),
          5,
          true);

  @TempDir private Path directory;

  /** Everything that is opened with weights. */
  enum Target {
    STEP_MODEL,
    SEARCH_MODEL,
    GENERATION_MODEL,
    EVALUATION_SESSION,
    TRAINING_FROM_WEIGHTS,
    TRAINING_FROM_CHECKPOINT,
    UPDATES_FROM_WEIGHTS,
    UPDATES_FROM_CHECKPOINT,
    SAVED_MODEL;

    List<VariableValue> validValues() {
      return switch (this) {
        case TRAINING_FROM_CHECKPOINT, UPDATES_FROM_CHECKPOINT -> checkpoint();
        default -> LargeWeights.of(CONFIG);
      };
    }

    private static List<VariableValue> checkpoint() {
      try (TrainingSession session =
          TrainingSession.open(SETUP, TrainingStart.RANDOM, SessionSettings.SEQUENTIAL)) {
        return session.state().variables();
      }
    }
  }

  private void open(Target target, List<VariableValue> values) throws IOException {
    SessionSettings settings = SessionSettings.SEQUENTIAL;
    switch (target) {
      case STEP_MODEL -> StepModel.open(CONFIG, values).close();
      case SEARCH_MODEL -> SearchModel.open(CONFIG, new AllowedTokens(4), values).close();
      case GENERATION_MODEL ->
          GenerationModel.open(CONFIG, VOCABULARY, SamplingConfig.PLAIN, values, settings).close();
      case EVALUATION_SESSION -> EvaluationSession.open(CONFIG, SHAPE, values, settings).close();
      case TRAINING_FROM_WEIGHTS ->
          TrainingSession.open(SETUP, TrainingStart.weights(values), settings).close();
      case TRAINING_FROM_CHECKPOINT ->
          TrainingSession.open(SETUP, TrainingStart.checkpoint(values), settings).close();
      case UPDATES_FROM_WEIGHTS ->
          UpdateSession.open(SETUP, TrainingStart.weights(values), settings).close();
      case UPDATES_FROM_CHECKPOINT ->
          UpdateSession.open(SETUP, TrainingStart.checkpoint(values), settings).close();
      case SAVED_MODEL ->
          SavedModelExport.write(
              directory, CONFIG, VOCABULARY, TextNormalization.DEFAULT, values, "", Map.of());
    }
  }

  /**
   * A fault in complete values.
   *
   * @param change of complete values
   * @param problem with the first of them in the message
   */
  private record Fault(UnaryOperator<List<VariableValue>> change, String problem) {}

  private static final List<Fault> FAULTS =
      List.of(
          new Fault(values -> values.subList(1, values.size()), "%s is missing"),
          new Fault(values -> plus(values, value("other", Shape.of(2))), "other is unknown"),
          new Fault(values -> plus(values, values.get(0)), "%s is given twice"),
          new Fault(
              values ->
                  plus(values.subList(1, values.size()), value(values.get(0).name(), Shape.of(8))),
              "%s has shape [8], expected [4, 2]"));

  private static List<VariableValue> plus(List<VariableValue> values, VariableValue value) {
    List<VariableValue> more = new ArrayList<>(values);
    more.add(value);
    return more;
  }

  private static VariableValue value(String name, Shape shape) {
    return new VariableValue(name, shape, new float[(int) shape.size()]);
  }

  static Stream<Arguments> targetsAndFaults() {
    return Stream.of(Target.values())
        .flatMap(target -> FAULTS.stream().map(fault -> Arguments.of(target, fault)));
  }

  @ParameterizedTest
  @MethodSource("targetsAndFaults")
  void valuesThatDoNotFitAreRejectedByName(Target target, Fault fault) {
    List<VariableValue> valid = target.validValues();
    List<VariableValue> values = fault.change.apply(valid);
    assertTimeoutPreemptively(
        LIMIT,
        () ->
            assertThatThrownBy(() -> open(target, values))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                    "the values do not fit the variables: "
                        + fault.problem.formatted(valid.get(0).name())));
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource
  void completeValuesAreAcceptedInAnyOrder(Target target) throws IOException {
    List<VariableValue> values = new ArrayList<>(target.validValues());
    Collections.reverse(values);
    open(target, values);
  }

  /** A checkpoint has more than weights: the optimizer's variables and the carried state. */
  @ParameterizedTest
  @EnumSource(names = {"TRAINING_FROM_CHECKPOINT", "UPDATES_FROM_CHECKPOINT"})
  void weightsAloneAreNoCheckpoint(Target target) {
    assertThatThrownBy(() -> open(target, LargeWeights.of(CONFIG)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "embedding/Adam is missing",
            "softmax_b/Adam_1 is missing",
            "beta1_power is missing",
            "carried_state/0 is missing");
  }
}
