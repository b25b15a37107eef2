package org.charrnn.train.listeners;

import java.util.Optional;
import org.charrnn.store.TrainingProgress;
import org.charrnn.train.Ending;
import org.charrnn.train.Report;
import org.charrnn.train.TrainingListener;

/** Ends a training when its validation loss has not improved for some validations. */
public final class EarlyStopping implements TrainingListener {
  private final int patience;
  private int validationsSinceBest;

  /**
   * @param patience validations without a better loss, at least 1
   */
  public EarlyStopping(int patience) {
    this.patience = patience;
  }

  @Override
  public void onStart(TrainingProgress progress) {
    validationsSinceBest = progress.validationsSinceBest();
  }

  @Override
  public void onLateValidation(TrainingProgress progress, double nats) {
    validationsSinceBest = progress.validationsSinceBest();
  }

  @Override
  public void onSave(Report report) {
    validationsSinceBest = report.progress().validationsSinceBest();
  }

  @Override
  public Optional<Ending> ending() {
    return validationsSinceBest >= patience ? Optional.of(Ending.NO_IMPROVEMENT) : Optional.empty();
  }
}
