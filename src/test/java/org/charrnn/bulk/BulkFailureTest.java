package org.charrnn.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.decoding.StopString;
import org.charrnn.engine.EngineException;
import org.charrnn.model.SessionSettings;
import org.charrnn.store.TrainedModel;
import org.charrnn.testing.FailingEngine;
import org.charrnn.text.TokenIds;
import org.charrnn.train.EvaluationProtocol;
import org.junit.jupiter.api.Test;

/** What is thrown if both the work and the clean-up after it fail. */
class BulkFailureTest {
  private final EngineException jobFailure = new EngineException("the job failed", null);
  private final EngineException releaseFailure = new EngineException("the release failed", null);
  private final FailingEngine failing = new FailingEngine(jobFailure, releaseFailure);

  private final TrainedModel model = TrainedModel.open(Path.of("src/test/resources/runs/char"));

  private void assertReleasedAfter(Runnable work) {
    assertThatThrownBy(work::run).isSameAs(jobFailure);
    assertThat(jobFailure.getSuppressed()).containsExactly(releaseFailure);
    assertThat(failing.released()).hasSize(1);
  }

  @Test
  void failedEvaluationIsReleasedAndReported() {
    List<TokenIds> texts = List.of(TokenIds.of(model.vocabulary().size(), 1, 2, 3));
    assertReleasedAfter(
        () ->
            BulkEvaluation.evaluate(
                failing,
                SessionSettings.SEQUENTIAL,
                EvaluationProtocol.CARRIED,
                model,
                texts.iterator(),
                evaluation -> {}));
  }

  @Test
  void failedGenerationIsReleasedAndReported() {
    BulkGeneration generation =
        new BulkGeneration(
            SamplingConfig.GREEDY, 5, 1, 0, StopString.NONE, false, SessionSettings.SEQUENTIAL);
    List<BulkGeneration.Prime> primes = List.of(new BulkGeneration.Prime(0, new int[] {1}));
    assertReleasedAfter(
        () -> generation.generate(failing, model, primes.iterator(), 1, (index, text) -> {}));
  }
}
