package org.charrnn.cli;

import static org.charrnn.cli.TrainOptions.orElse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.config.Slicing;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Level;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.VocabularySettings;

/** What the options of a char-rnn say, with the defaults for what they leave out. */
final class CharRnnSettings {
  private static final int DEFAULT_EPOCHS = 50;
  private static final double DEFAULT_VALIDATION = 0.05;
  private static final double MOST_TO_VALIDATE = 500_000;

  private final TrainOptions options;
  private final CharRnnOptions charRnn;

  CharRnnSettings(TrainOptions options, CharRnnOptions charRnn) {
    this.options = options;
    this.charRnn = charRnn;
    if (options.steps != null && charRnn.epochs != null) {
      throw new InputException("give --steps or --epochs, not both");
    }
  }

  private Level level() {
    return orElse(charRnn.level, Level.CHARACTER);
  }

  /** What gets into the vocabulary. */
  VocabularySettings vocabulary() {
    if (charRnn.minCount != null && charRnn.minCount < 1) {
      throw new InputException("--min-count must be at least 1, got " + charRnn.minCount);
    }
    if (charRnn.vocabularySize != null && charRnn.vocabularySize < 2) {
      throw new InputException(
          "--vocabulary-size must be at least 2, got " + charRnn.vocabularySize);
    }
    return new VocabularySettings(
        level(),
        orElse(charRnn.minCount, 1),
        orElse(charRnn.vocabularySize, VocabularySettings.UNLIMITED));
  }

  /** The network asked for. */
  ModelConfig network(int classes) {
    int hidden = orElse(options.hidden, 128);
    return new ModelConfig(
        orElse(charRnn.cell, CellKind.LSTM),
        classes,
        hidden,
        orElse(options.layers, 2),
        orElse(charRnn.embedding, level() == Level.WORD ? hidden : 0));
  }

  /** Returns the network of the model to start from, unless another one is asked for. */
  ModelConfig requireSame(ModelConfig model) {
    List<String> differences = new ArrayList<>();
    addDifference(differences, "--cell", model.cell(), charRnn.cell);
    addDifference(differences, "--hidden", model.hiddenSize(), options.hidden);
    addDifference(differences, "--layers", model.layers(), options.layers);
    addDifference(differences, "--embedding", model.embeddingSize(), charRnn.embedding);
    if (!differences.isEmpty()) {
      throw new InputException(
          "--init-from %s is of another model: %s"
              .formatted(options.initFrom, String.join(", ", differences)));
    }
    return model;
  }

  private static void addDifference(
      List<String> differences, String option, Object there, Object given) {
    if (given != null && !given.equals(there)) {
      differences.add("%s is %s in it, %s here".formatted(option, there, given));
    }
  }

  /**
   * How to train, but for the number of steps.
   *
   * @param tokens length of the text; of a very long one, less is validated with, so that this does
   *     not take longer than the training between
   */
  TrainingConfig training(long tokens) {
    float clip = orElse(charRnn.clip, 5f);
    if (!(clip >= 0)) {
      throw new InputException("--clip must be at least 0 (0 is off), got " + clip);
    }
    return new TrainingConfig(
        orElse(charRnn.batchSize, 50),
        orElse(options.sequenceLength, 50),
        0,
        orElse(options.learningRate, 0.002f),
        orElse(charRnn.decayRate, 0.97f),
        orElse(charRnn.decayAfter, 10),
        orElse(charRnn.dropout, 0f),
        clip == 0 ? null : (Float) clip,
        orElse(charRnn.validation, Math.min(DEFAULT_VALIDATION, MOST_TO_VALIDATE / tokens)),
        orElse(charRnn.saveEvery, 500L),
        orElse(charRnn.patience, 0),
        orElse(charRnn.sampleLength, 200),
        orElse(options.seed, 1L));
  }

  /** How batches are shared out. */
  Slicing slicing(TrainingConfig training) {
    if (charRnn.slices == null && !options.engine.isLocal()) {
      throw new InputException(
          "--engine spark needs --slices, the parts of a batch that are computed side by side:"
              + " usually as many as all executors have cores");
    }
    return new Slicing(orElse(charRnn.slices, 1), orElse(charRnn.localSteps, 1))
        .require(training.batchSize());
  }

  /** How many steps that makes. */
  long steps(StreamBatcher training) {
    int epochs = orElse(charRnn.epochs, DEFAULT_EPOCHS);
    if (epochs < 1) {
      throw new InputException("--epochs must be at least 1, got " + epochs);
    }
    return options.steps != null ? options.steps : epochs * training.batches();
  }

  /** A run, its checkpoint or its SavedModel brings its vocabulary and its network along. */
  Optional<TrainedModel> initFromRun() {
    if (options.initFrom == null || !TrainedModel.isModel(options.initFrom)) {
      return Optional.empty();
    }
    TrainedModel model = TrainedModel.open(options.initFrom);
    Level level = model.vocabulary().level();
    if (charRnn.minCount != null
        || charRnn.vocabularySize != null
        || orElse(charRnn.level, level) != level) {
      throw new InputException(
          "--init-from %s brings its vocabulary, by %s; --level, --min-count and"
                  .formatted(options.initFrom, level.noun())
              + " --vocabulary-size cannot change it");
    }
    return Optional.of(model);
  }

  /** A run that goes on keeps its settings. */
  void requireNoSettings() {
    if (charRnn.isSettingGiven()
        || options.layers != null
        || options.hidden != null
        || options.sequenceLength != null
        || options.learningRate != null
        || options.seed != null
        || options.initFrom != null
        || options.run != null
        || options.kernel.isGiven()) {
      throw new InputException(
          "--resume takes all settings from the run; only --data, --include, --steps, --epochs and"
              + " --engine go with it");
    }
    if (charRnn.data == null && !charRnn.include().isEmpty()) {
      throw new InputException("--include is for the directories of --data; give that, too");
    }
  }
}
