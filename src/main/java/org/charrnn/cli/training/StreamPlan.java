package org.charrnn.cli.training;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.cli.options.Version;
import org.charrnn.engine.Engine;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
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
import org.charrnn.store.EventFile;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Corpus;
import org.charrnn.text.CorpusFiles;
import org.charrnn.text.Level;
import org.charrnn.text.Malformed;
import org.charrnn.text.Split;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TextFormat;
import org.charrnn.text.TokenRange;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.VocabularySettings;
import org.charrnn.train.Evaluation;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.StreamTrainer;
import org.charrnn.train.Trainer;
import org.charrnn.train.TrainingListener;
import org.charrnn.train.distributed.SlicedTrainer;
import org.charrnn.train.listeners.CheckpointWriter;
import org.charrnn.train.listeners.ConsoleReport;
import org.charrnn.train.listeners.DivergenceCheck;
import org.charrnn.train.listeners.EarlyStopping;
import org.charrnn.train.listeners.EventWriter;
import org.charrnn.train.listeners.HistoryRecorder;
import org.charrnn.train.listeners.SampleWriter;

/** The training of a character or word model on streams of text. */
public final class StreamPlan implements TrainingPlan {
  private static final double DEFAULT_VALIDATION = 0.05;

  /** More would take longer than the training between two validations. */
  private static final double MAX_DEFAULT_VALIDATION = 500_000;

  private final RunConfig config;
  private final Corpus corpus;
  private final List<Record> textSettings;
  private final Machine machine;

  /**
   * What a training uses that is not part of the run.
   *
   * @param isLocal whether the engine is this process
   * @param session how each graph runs
   * @param err receives the progress
   */
  public record Machine(boolean isLocal, SessionSettings session, PrintWriter err) {}

  /**
   * The text of a training.
   *
   * @param files files, directories or patterns
   * @param include patterns for the names of files in directories
   */
  public record Source(List<String> files, List<String> include) {}

  private StreamPlan(RunConfig config, Corpus corpus, List<Record> textSettings, Machine machine) {
    this.config = config;
    this.corpus = corpus;
    this.textSettings = textSettings;
    this.machine = machine;
    validation(); // which may be too short
  }

  /**
   * Plans a new training.
   *
   * @param initFrom where the initial weights come from, or null
   */
  public static StreamPlan create(
      SettingValues given, Source source, Path initFrom, Machine machine) {
    TextFormat format = given.build(TextFormat.class);
    List<Path> files = CorpusFiles.resolve(source.files(), source.include());
    Optional<TrainedModel> first = initialModel(given, initFrom);
    VocabularySettings vocabulary = given.build(VocabularySettings.class);
    Corpus corpus =
        first.isPresent()
            ? encode(files, format, first.get().vocabulary())
            : read(files, format, vocabulary);
    ModelConfig network =
        first.isPresent()
            ? sameNetwork(given, first.get().config().model(), initFrom)
            : network(given, corpus.vocabulary());
    TrainingConfig training = training(given, corpus);
    Slicing slicing = slicing(given, training.batch(), machine);
    BatchShape smallestSlice =
        new BatchShape(
            training.batch().batchSize() / slicing.slices(), training.batch().sequenceLength());
    RunConfig config =
        new RunConfig(
            Version.current(),
            RunKind.TRAIN,
            network,
            describe(corpus, format),
            training,
            KernelChoice.of(given, smallestSlice, ComputeKernel.Kind.FUSED, machine.session()),
            slicing,
            initFrom == null ? null : initFrom.toString());
    List<Record> textSettings = first.isPresent() ? List.of(format) : List.of(vocabulary, format);
    return new StreamPlan(config, corpus, textSettings, machine);
  }

  /**
   * Plans the continuation of a run.
   *
   * @param source of the text if it was moved, or null
   * @param given steps or epochs, if they are changed
   * @throws InputException if the text has changed
   */
  public static StreamPlan resume(
      RunDirectory run, Source source, SettingValues given, Machine machine) {
    RunConfig config = run.config();
    TextConfig text = config.text();
    TextFormat format =
        new TextFormat(
            Charset.forName(text.encoding()),
            Malformed.valueOf(text.malformed().toUpperCase(Locale.ROOT)));
    Source files = source == null ? new Source(text.files(), List.of()) : source;
    Corpus corpus =
        encode(CorpusFiles.resolve(files.files(), files.include()), format, run.vocabulary());
    if (!corpus.sha256().equals(text.sha256())) {
      throw new InputException(
          "the text of the run has changed since it was trained; start a new run from its weights"
              + " with --data and --init-from");
    }
    if (given.isGiven("steps") || given.isGiven("epochs")) {
      TrainingConfig training = config.training();
      config = config.withTraining(training.withSteps(steps(given, corpus, training)));
    }
    return new StreamPlan(config, corpus, List.of(format), machine);
  }

  private static Corpus read(List<Path> files, TextFormat format, VocabularySettings settings) {
    try (ReadingProgress progress = new ReadingProgress()) {
      return Corpus.read(files, format, settings, progress);
    }
  }

  private static Corpus encode(List<Path> files, TextFormat format, Vocabulary vocabulary) {
    try (ReadingProgress progress = new ReadingProgress()) {
      return Corpus.encode(files, format, vocabulary, progress);
    }
  }

  /** A run, its checkpoint or its SavedModel comes with its vocabulary and its network. */
  private static Optional<TrainedModel> initialModel(SettingValues given, Path initFrom) {
    if (initFrom == null || !TrainedModel.isModel(initFrom)) {
      return Optional.empty();
    }
    TrainedModel model = TrainedModel.open(initFrom);
    Level level = model.vocabulary().level();
    boolean isOtherLevel =
        given.isGiven("level") && given.value(VocabularySettings.class, "level") != level;
    if (isOtherLevel || given.isGiven("min-count") || given.isGiven("vocabulary-size")) {
      throw new InputException(
          "--init-from %s comes with its vocabulary of %ss; --level, --min-count and"
                  .formatted(initFrom, level.noun())
              + " --vocabulary-size cannot change it");
    }
    return Optional.of(model);
  }

  /** Returns the network of the initial model, unless the user asked for another one. */
  private static ModelConfig sameNetwork(SettingValues given, ModelConfig model, Path initFrom) {
    Map<String, Object> ofModel =
        Map.of(
            "cell", model.cell(),
            "hidden", model.hiddenSize(),
            "layers", model.layers(),
            "embedding", model.embeddingSize());
    List<String> differences = new ArrayList<>();
    for (String setting : List.of("cell", "hidden", "layers", "embedding")) {
      Object wanted = given.isGiven(setting) ? given.value(ModelConfig.class, setting) : null;
      if (wanted != null && !wanted.equals(ofModel.get(setting))) {
        differences.add(
            "--%s is %s in it, %s here".formatted(setting, ofModel.get(setting), wanted));
      }
    }
    if (!differences.isEmpty()) {
      throw new InputException(
          "--init-from %s is of another model: %s"
              .formatted(initFrom, String.join(", ", differences)));
    }
    return model;
  }

  private static ModelConfig network(SettingValues given, Vocabulary vocabulary) {
    int embedding =
        vocabulary.level() == Level.WORD ? (int) given.value(ModelConfig.class, "hidden") : 0;
    return given
        .derive("embedding", embedding)
        .build(ModelConfig.class, Map.of("classes", vocabulary.size()));
  }

  private static TrainingConfig training(SettingValues given, Corpus corpus) {
    double validation = Math.min(DEFAULT_VALIDATION, MAX_DEFAULT_VALIDATION / corpus.ids().size());
    Saving saving = given.derive("validation", validation).build(Saving.class);
    if (saving.patience() > 0 && saving.validation() == 0) {
      throw new SettingException("patience", "needs a validation, but that is 0");
    }
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
    return training.withSteps(steps(given, corpus, training));
  }

  private static long steps(SettingValues given, Corpus corpus, TrainingConfig training) {
    Object steps = given.value(TrainingConfig.class, "steps");
    if (steps != null && given.isGiven("epochs")) {
      throw new InputException("give --steps or --epochs, not both");
    }
    StreamBatcher batches = batches(corpus, training);
    return steps != null ? (long) steps : given.build(Epochs.class).epochs() * batches.batches();
  }

  private static Slicing slicing(SettingValues given, BatchShape batch, Machine machine) {
    if (!given.isGiven("slices") && !machine.isLocal()) {
      throw new InputException(
          "--engine spark needs --slices, the parts of a batch that are computed in parallel:"
              + " usually the number of cores of all executors");
    }
    return given.build(Slicing.class).require(batch.batchSize());
  }

  private static TextConfig describe(Corpus corpus, TextFormat format) {
    return new TextConfig(
        corpus.vocabulary().level(),
        corpus.vocabulary().hasUnknown(),
        corpus.files().stream().map(Path::toString).toList(),
        format.encoding().name(),
        format.malformed().toString(),
        corpus.ids().size(),
        corpus.sha256());
  }

  private static StreamBatcher batches(Corpus corpus, TrainingConfig training) {
    return new StreamBatcher(
        Split.of(corpus.ids(), training.saving().validation()).training(),
        training.batch().batchSize(),
        training.batch().sequenceLength());
  }

  @Override
  public RunConfig config() {
    return config;
  }

  @Override
  public List<Record> otherSettings() {
    List<Record> settings = new ArrayList<>(textSettings);
    settings.add(machine.session());
    return settings;
  }

  @Override
  public Vocabulary vocabulary() {
    return corpus.vocabulary();
  }

  @Override
  public BatchShape computedShape() {
    BatchShape batch = config.training().batch();
    return new BatchShape(config.slicing().maxRows(batch.batchSize()), batch.sequenceLength());
  }

  @Override
  public Optional<TokenRange> validation() {
    double part = config.training().saving().validation();
    if (part == 0) {
      return Optional.empty();
    }
    TokenRange text = Split.of(corpus.ids(), part).validation();
    try {
      Evaluation.require(text);
    } catch (InputException e) {
      throw new InputException(e.getMessage() + "; use a larger --validation, or 0 for none", e);
    }
    return Optional.of(text);
  }

  @Override
  public Optional<String> description() {
    TrainingConfig training = config.training();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%,d %ss, %,d distinct; %,d weights; %,d steps of %d x %d",
            corpus.ids().size(),
            corpus.vocabulary().level().noun(),
            corpus.vocabulary().size(),
            config.model().parameters(),
            training.steps(),
            training.batch().batchSize(),
            training.batch().sequenceLength()));
  }

  @Override
  public Trainer open(Engine engine, TrainingStart start) {
    TrainingConfig training = config.training();
    GradientSetup gradients =
        new GradientSetup(
            config.model(),
            BatchPart.whole(training.batch()),
            training.regularization().dropout(),
            config.kernel(),
            training.seed());
    TrainingSetup setup = new TrainingSetup(gradients, training.regularization().maxNorm(), true);
    StreamBatcher text = batches(corpus, training);
    if (machine.isLocal() && config.slicing().equals(Slicing.NONE)) {
      return new StreamTrainer(
          TrainingSession.open(setup, start, machine.session()), training.schedule(), text);
    }
    return SlicedTrainer.open(
        engine,
        new SlicedTrainer.Setup(
            setup, training.schedule(), config.slicing(), text, machine.session()),
        start);
  }

  @Override
  public List<TrainingListener> listeners(
      Trainer trainer, RunDirectory run, EventFile events, ProgressBar bar) {
    TrainingConfig training = config.training();
    Level level = corpus.vocabulary().level();
    ConsoleReport console = new ConsoleReport(machine.err(), bar, level, training.steps());
    EventWriter eventWriter = new EventWriter(events, trainer, level);
    List<TrainingListener> listeners = new ArrayList<>();
    listeners.add(new DivergenceCheck(corpus.vocabulary().size()));
    listeners.add(console);
    listeners.add(eventWriter);
    if (training.saving().sampleLength() > 0) {
      listeners.add(
          new SampleWriter(
              trainer,
              config.model(),
              corpus.vocabulary(),
              training.saving().sampleLength(),
              training.seed(),
              List.of(console::sample, eventWriter::sample)));
    }
    listeners.add(new HistoryRecorder(run));
    listeners.add(new CheckpointWriter(run.checkpoints(), trainer));
    if (training.saving().patience() > 0) {
      listeners.add(new EarlyStopping(training.saving().patience()));
    }
    return listeners;
  }
}
