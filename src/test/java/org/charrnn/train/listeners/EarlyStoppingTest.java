package org.charrnn.train.listeners;

import static org.assertj.core.api.Assertions.assertThat;

import org.charrnn.store.TrainingProgress;
import org.charrnn.train.Ending;
import org.charrnn.train.Report;
import org.junit.jupiter.api.Test;

class EarlyStoppingTest {
  private static TrainingProgress progress(int validationsSinceBest) {
    return new TrainingProgress(100, 50, 1f, validationsSinceBest);
  }

  private static Report saved(int validationsSinceBest) {
    return new Report(100, null, true, progress(validationsSinceBest));
  }

  @Test
  void trainingEndsWhenPatienceIsReached() {
    EarlyStopping stopping = new EarlyStopping(2);
    stopping.onStart(TrainingProgress.START);
    assertThat(stopping.ending()).isEmpty();
    stopping.onSave(saved(1));
    assertThat(stopping.ending()).isEmpty();
    stopping.onSave(saved(2));
    assertThat(stopping.ending()).contains(Ending.NO_IMPROVEMENT);
  }

  @Test
  void improvementResetsPatience() {
    EarlyStopping stopping = new EarlyStopping(2);
    stopping.onStart(TrainingProgress.START);
    stopping.onSave(saved(1));
    stopping.onSave(saved(0));
    stopping.onSave(saved(1));
    assertThat(stopping.ending()).isEmpty();
  }

  @Test
  void resumedTrainingContinuesToCount() {
    EarlyStopping stopping = new EarlyStopping(3);
    stopping.onStart(progress(2));
    assertThat(stopping.ending()).isEmpty();
    stopping.onSave(saved(3));
    assertThat(stopping.ending()).contains(Ending.NO_IMPROVEMENT);
  }

  @Test
  void lateValidationCounts() {
    EarlyStopping stopping = new EarlyStopping(3);
    stopping.onStart(progress(2));
    stopping.onLateValidation(progress(3), 2);
    assertThat(stopping.ending()).contains(Ending.NO_IMPROVEMENT);
  }
}
