package org.charrnn.cli.training;

import java.util.List;
import java.util.Optional;
import org.charrnn.engine.Engine;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.events.EventFile;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.Vocabulary;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.StopSignal;
import org.charrnn.train.Trainer;
import org.charrnn.train.TrainingListener;

/** A training with all settings resolved and its text read. Nothing is written or opened yet. */
public interface TrainingPlan {
  /** All settings. */
  RunConfig config();

  /** Settings that are not part of the run's configuration. */
  List<Record> otherSettings();

  /** The tokens of the text. */
  Vocabulary vocabulary();

  /** The text to validate with, if any. */
  Optional<TokenRanges> validation();

  /** Returns lines that describe the training. */
  List<String> description();

  /** Opens the trainer, which the caller closes. */
  Trainer open(Engine engine, TrainingStart start);

  /**
   * Returns the listeners of the training, in order.
   *
   * @param stop ends long work of a listener early
   */
  List<TrainingListener> listeners(
      Trainer trainer, RunDirectory run, EventFile events, ProgressBar bar, StopSignal stop);
}
