package org.charrnn.cli.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.cli.options.Version;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.Epochs;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingException;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Level;
import org.charrnn.text.Split;
import org.charrnn.text.TokenRange;
import org.charrnn.text.Tokenization;
import org.charrnn.text.UnicodeForm;
import org.charrnn.text.UnicodeForms;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.VocabularySettings;
import org.charrnn.text.files.Corpus;
import org.charrnn.text.files.CorpusFiles;
import org.charrnn.text.files.FilePatterns;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TokenizedText;

/** Reads the text of a training on streams and resolves its settings. */
public final class StreamPlanner {
  private static final double DEFAULT_VALIDATION = 0.05;

  /** More would take longer than the training between two validations. */
  private static final double MAX_DEFAULT_VALIDATION = 500_000;

  private static final String NORMALIZE = "; --normalize nfc makes them the same";

  private final SettingValues given;
  private final Source source;
  private final StreamPlan.Machine machine;

  /**
   * The text of a training.
   *
   * @param files files, directories or patterns
   * @param patterns which files of directories are read
   */
  public record Source(List<String> files, FilePatterns patterns) {}

  /**
   * @param given the settings that the user chose
   * @param source of the text; null for that of the run to resume
   */
  public StreamPlanner(SettingValues given, Source source, StreamPlan.Machine machine) {
    this.given = given;
    this.source = source;
    this.machine = machine;
  }

  /**
   * Plans a new training.
   *
   * @param initFrom model or checkpoint with the initial weights, or null
   */
  public StreamPlan create(Path initFrom) {
    Optional<TrainedModel> initial = InitialModel.open(given, initFrom);
    TextFormat format =
        TextSettings.format(given, initial.map(model -> model.config().text().normalization()));
    VocabularySettings vocabularySettings = vocabularySettings();
    TokenizedText text =
        tokenize(
            resolve(format),
            format,
            initial.isPresent()
                ? initial.get().vocabulary().tokenization()
                : Tokenization.newest(vocabularySettings.level()));
    Saving saving = saving(text);
    if (initial.isEmpty() && format.normalization().normalize() == UnicodeForm.NONE) {
      text.mixedForms().ifPresent(line -> remark(line + NORMALIZE));
    }
    Corpus corpus =
        encode(
            text,
            initial.isPresent()
                ? initial.get().vocabulary()
                : vocabulary(text, vocabularySettings, trainingParts(text, saving)));
    TrainingConfig training = training(corpus, saving);
    BatchShape batch = training.batch();
    Slicing slicing = slicing(batch);
    BatchShape smallestSlice =
        new BatchShape(batch.batchSize() / slicing.slices(), batch.sequenceLength());
    RunConfig config =
        new RunConfig(
            Version.current(),
            RunKind.TRAIN,
            initial.isPresent() ? initial.get().config().model() : network(corpus.vocabulary()),
            TextConfig.of(
                corpus.vocabulary(),
                corpus.ids(),
                corpus.files().stream().map(Path::toString).toList(),
                format),
            training,
            KernelChoice.of(given, smallestSlice, ComputeKernel.Kind.FUSED, machine.session()),
            slicing,
            initFrom == null ? null : initFrom.toString());
    List<Record> textSettings =
        initial.isPresent() ? List.of(format) : List.of(vocabularySettings, format);
    return new StreamPlan(config, corpus, textSettings, machine);
  }

  /**
   * Plans the continuation of a run. The given settings are those that {@code --resume} can change.
   *
   * @throws InputException if the text has changed
   */
  public StreamPlan resume(RunDirectory run) {
    RunConfig config = run.config();
    TextConfig text = config.text();
    TextFormat format = text.format().withSeparatorOf(run.vocabulary()); // it was not needed
    List<Path> files = source == null ? TextSettings.files(text, "--data") : resolve(format);
    Corpus corpus =
        encode(tokenize(files, format, run.vocabulary().tokenization()), run.vocabulary());
    if (!corpus.sha256().equals(text.sha256())) {
      throw new InputException(
          "the text of the run has changed since it was trained; start a new run from its weights"
              + " with --data and --init-from");
    }
    if (given.isGiven("steps") || given.isGiven("epochs")) {
      config = config.withTraining(withSteps(config.training(), corpus));
    }
    return new StreamPlan(config, corpus, List.of(text.format()), machine);
  }

  private List<Path> resolve(TextFormat format) {
    CorpusFiles.Found found = CorpusFiles.find(source.files(), source.patterns(), format);
    found.skipped().ifPresent(this::remark);
    return found.files();
  }

  private void remark(String line) {
    machine.err().println("charrnn: " + line);
  }

  private VocabularySettings vocabularySettings() {
    Level level = (Level) given.value(VocabularySettings.class, "level");
    return given
        .derive("vocabulary-size", VocabularySettings.defaultSize(level))
        .build(VocabularySettings.class);
  }

  /** The parts of a text that are trained on. */
  private static List<TokenRange> trainingParts(TokenizedText text, Saving saving) {
    return List.of(Split.of(text.indices(), saving.validation()).training());
  }

  /** Without an unknown token, the vocabulary needs the tokens of the other parts, too. */
  private static Vocabulary vocabulary(
      TokenizedText text, VocabularySettings settings, List<TokenRange> trainingParts) {
    boolean isTrained = trainingParts.stream().anyMatch(part -> part.size() > 0);
    return Vocabulary.of(
        settings.hasUnknown() && isTrained ? text.count(trainingParts) : text.count(), settings);
  }

  private Corpus encode(TokenizedText text, Vocabulary vocabulary) {
    Corpus corpus = text.encode(vocabulary);
    if (corpus.unknowns() > 0) {
      text.betterForm(vocabulary)
          .ifPresent(form -> remark("the text has unknown tokens; " + UnicodeForms.advice(form)));
    }
    return corpus;
  }

  private static TokenizedText tokenize(
      List<Path> files, TextFormat format, Tokenization tokenization) {
    try (ReadingProgress progress = new ReadingProgress()) {
      return TokenizedText.read(files, format, tokenization, progress);
    }
  }

  private ModelConfig network(Vocabulary vocabulary) {
    int embedding =
        vocabulary.level() == Level.WORD ? (int) given.value(ModelConfig.class, "hidden") : 0;
    return given
        .derive("embedding", embedding)
        .build(ModelConfig.class, Map.of("classes", vocabulary.size()));
  }

  private Saving saving(TokenizedText text) {
    double validation = Math.min(DEFAULT_VALIDATION, MAX_DEFAULT_VALIDATION / text.size());
    Saving saving = given.derive("validation", validation).build(Saving.class);
    if (saving.patience() > 0 && saving.validation() == 0) {
      throw new SettingException("patience", "needs a validation, but that is 0");
    }
    return saving;
  }

  private TrainingConfig training(Corpus corpus, Saving saving) {
    TrainingConfig training =
        given
            .derive("steps", 0L)
            .build(
                TrainingConfig.class,
                Map.of(
                    "batch", given.build(BatchShape.class),
                    "schedule", given.build(LearningRateSchedule.class),
                    "regularization", given.build(Regularization.class),
                    "saving", saving));
    return withSteps(training, corpus);
  }

  /** Replaces the number of steps by that of the given steps or epochs. */
  private TrainingConfig withSteps(TrainingConfig training, Corpus corpus) {
    Object steps = given.value(TrainingConfig.class, "steps");
    if (steps != null && given.isGiven("epochs")) {
      throw new InputException("give --steps or --epochs, not both");
    }
    long epoch = StreamPlan.batches(corpus, training).batches();
    return training.withSteps(
        steps != null ? (long) steps : given.build(Epochs.class).epochs() * epoch);
  }

  private Slicing slicing(BatchShape batch) {
    if (!given.isGiven("slices") && !machine.isLocal()) {
      throw new InputException(
          "--engine spark needs --slices, the parts of a batch that are computed in parallel:"
              + " usually the number of cores of all executors");
    }
    return given.build(Slicing.class).require(batch.batchSize());
  }
}
