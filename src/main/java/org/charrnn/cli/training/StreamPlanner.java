package org.charrnn.cli.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.charrnn.InputException;
import org.charrnn.cli.limits.TrainingSize;
import org.charrnn.cli.minutes.Recipe;
import org.charrnn.cli.minutes.TimeBudget;
import org.charrnn.cli.options.Version;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.measure.PrecisionChoice;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.RunConfig;
import org.charrnn.store.TextConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Level;
import org.charrnn.text.TokenRange;
import org.charrnn.text.Tokenization;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.VocabularySettings;
import org.charrnn.text.files.Corpus;
import org.charrnn.text.files.FilePatterns;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TokenizedText;

/** Reads the text of a new training on streams and resolves its settings. */
public final class StreamPlanner {
  private final SettingValues given;
  private final Source source;
  private final StreamPlan.Machine machine;
  private final TextLoader loader;
  private final Optional<TimeBudget> budget;

  /**
   * The text of a training.
   *
   * @param files files, directories or patterns
   * @param patterns which files of directories are read
   */
  public record Source(List<String> files, FilePatterns patterns) {}

  /**
   * @param given the settings that the user chose
   * @param source of the text
   * @param budget the time for which the settings of a new training are chosen, if any
   */
  public StreamPlanner(
      SettingValues given, Source source, StreamPlan.Machine machine, Optional<TimeBudget> budget) {
    this.given = given;
    this.budget = budget;
    this.source = source;
    this.machine = machine;
    this.loader = new TextLoader(machine.err());
  }

  /**
   * Prepares a new training.
   *
   * @param initFrom where the initial weights come from, or null
   */
  public TrainingTask.NewTraining create(Path initFrom) {
    Optional<TrainedModel> initial = InitialModel.open(given, initFrom);
    Optional<ModelConfig> network = initial.map(model -> model.config().model());
    return new TrainingTask.NewTraining(
        TrainingSize.smallest(
            RunKind.TRAIN, given, network, KernelChoice.smallest(given, RunKind.TRAIN)),
        () -> plan(initial, initFrom));
  }

  private StreamPlan plan(Optional<TrainedModel> initial, Path initFrom) {
    Optional<Vocabulary> known = initial.map(TrainedModel::vocabulary);
    TextFormat format =
        TextSettings.format(given, initial.map(model -> model.config().text().normalization()));
    VocabularySettings vocabularySettings = vocabularySettings();
    Tokenization tokenization =
        known.map(Vocabulary::tokenization).orElse(Tokenization.newest(vocabularySettings.level()));
    TokenizedText text = loader.read(loader.files(source, format), format, tokenization);
    if (known.isEmpty()) {
      loader.reportMixedForms(text, format);
    }
    SettingsForText forText = new SettingsForText(given, text.size(), text.starts());
    List<String> added =
        known
            .map(vocabulary -> InitialModel.newTokens(given, vocabulary, text.count()))
            .orElse(List.of());
    List<TokenRange> trained = text.training(forText.validation(), forText.validationFrom());
    Corpus corpus =
        loader.encode(
            text,
            known
                .map(vocabulary -> vocabulary.extendedBy(added))
                .orElseGet(() -> vocabulary(text, vocabularySettings, trained)));
    Function<SettingValues, ModelConfig> networkOf =
        settings ->
            initial
                .map(model -> model.config().model().withClasses(corpus.vocabulary().size()))
                .orElseGet(() -> network(settings, corpus.vocabulary()));
    List<Record> textSettings =
        initial.isPresent() ? List.of(format) : List.of(vocabularySettings, format);
    List<String> notes = new ArrayList<>();
    TextLoader.added(corpus, added).ifPresent(notes::add);
    known.flatMap(model -> TextLoader.unknowns(corpus, added.isEmpty())).ifPresent(notes::add);
    New start = new New(corpus, format, textSettings, notes, networkOf, initFrom);
    if (budget.isEmpty()) {
      SettingsForText.describe(given, forText.derive()).ifPresent(notes::add);
      return plan(start, given);
    }
    return inTime(start, forText, initial.isPresent());
  }

  /**
   * A new training whose text has been read.
   *
   * @param notes lines about the text
   * @param networkOf creates the network from settings
   */
  private record New(
      Corpus corpus,
      TextFormat format,
      List<Record> textSettings,
      List<String> notes,
      Function<SettingValues, ModelConfig> networkOf,
      Path initFrom) {}

  private StreamPlan plan(New start, SettingValues settings) {
    Corpus corpus = start.corpus();
    SettingsForText forText = new SettingsForText(settings, corpus.ids().size(), corpus.starts());
    TrainingConfig training = training(forText.derive());
    StreamPlan.batches(corpus, training); // for which the text may be too short
    BatchShape batch = training.batch();
    Slicing slicing = slicing(batch);
    BatchShape smallestSlice =
        new BatchShape(batch.batchSize() / slicing.slices(), batch.sequenceLength());
    ModelConfig network = start.networkOf().apply(settings);
    KernelChoice kernel =
        KernelChoice.of(
            settings,
            network,
            smallestSlice,
            KernelChoice.automatic(RunKind.TRAIN),
            machine.isLocal(),
            machine.session());
    RunConfig config =
        new RunConfig(
            Version.current(),
            RunKind.TRAIN,
            network,
            TextConfig.of(
                corpus.vocabulary(),
                corpus.ids(),
                corpus.files().stream().map(Path::toString).toList(),
                start.format()),
            training,
            kernel.kernel(),
            slicing,
            start.initFrom() == null ? null : start.initFrom().toString());
    List<String> notes = new ArrayList<>(start.notes());
    kernel.precision().map(PrecisionChoice::toString).ifPresent(notes::add);
    return new StreamPlan(config, corpus, start.textSettings(), notes, machine);
  }

  /**
   * Chooses the settings for the time that there is, then measures the training for the number of
   * its steps.
   *
   * @param hasNetwork whether the network is given by its weights
   */
  private StreamPlan inTime(New start, SettingsForText forText, boolean hasNetwork) {
    TrainingConfig usual = training(forText.derive());
    Corpus corpus = start.corpus();
    ComputeKernel kernel =
        KernelChoice.unmeasured(
            given, usual.batch(), KernelChoice.automatic(RunKind.TRAIN), machine.session());
    Recipe.Task task =
        new Recipe.Task(
            corpus.ids().size() * (1 - usual.saving().validation()),
            corpus.vocabulary().level(),
            forText.isLearnedByHeart(),
            usual.batch(),
            kernel,
            budget.get().left());
    SessionSettings session = machine.session();
    SettingValues usually = given.orElse("precision", null); // bfloat16 if that is faster
    if (corpus.vocabulary().level() == Level.WORD && !given.isGiven("embedding")) {
      usually = usually.orElse("tie-embeddings", true);
    }
    Recipe recipe =
        hasNetwork
            ? Recipe.of(usually, task, start.networkOf().apply(given), session)
            : Recipe.choose(usually, task, start.networkOf(), session);
    StreamPlan trial = plan(start, recipe.values());
    TrainingConfig training =
        budget
            .get()
            .fit(
                trial.config(),
                given.isGiven("save-every"),
                () -> trial.open(null, TrainingStart.RANDOM),
                trial.validation());
    return trial.with(training, recipe.description(budget.get().minutes(), training.steps()));
  }

  private VocabularySettings vocabularySettings() {
    Level level = (Level) given.value(VocabularySettings.class, "level");
    return given
        .derive("vocabulary-size", VocabularySettings.defaultSize(level))
        .build(VocabularySettings.class);
  }

  /** Without an unknown token, the vocabulary needs the tokens of the other parts, too. */
  private static Vocabulary vocabulary(
      TokenizedText text, VocabularySettings settings, List<TokenRange> trainingParts) {
    boolean isTrained = trainingParts.stream().anyMatch(part -> part.size() > 0);
    return Vocabulary.of(
        settings.hasUnknown() && isTrained ? text.count(trainingParts) : text.count(), settings);
  }

  private static ModelConfig network(SettingValues settings, Vocabulary vocabulary) {
    int embedding =
        vocabulary.level() == Level.WORD ? (int) settings.value(ModelConfig.class, "hidden") : 0;
    return ModelConfig.withEmbedding(settings, embedding)
        .build(ModelConfig.class, Map.of("classes", vocabulary.size()));
  }

  private static TrainingConfig training(SettingValues values) {
    return values.build(
        TrainingConfig.class,
        Map.of(
            "batch", values.build(BatchShape.class),
            "schedule", LearningRateSchedule.of(values),
            "regularization", values.build(Regularization.class),
            "saving", values.build(Saving.class)));
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
