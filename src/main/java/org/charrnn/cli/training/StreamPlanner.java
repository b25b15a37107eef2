package org.charrnn.cli.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.cli.options.Version;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.settings.ValidationFrom;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.VocabularySettings;
import org.charrnn.text.files.Corpus;
import org.charrnn.text.files.CorpusFiles;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TokenizedText;

/** Reads the text of a training on streams and resolves its settings. */
public final class StreamPlanner {
  private final SettingValues given;
  private final Source source;
  private final StreamPlan.Machine machine;

  /**
   * The text of a training.
   *
   * @param files files, directories or patterns
   * @param include patterns for the names of files in directories
   */
  public record Source(List<String> files, List<String> include) {
    private List<Path> resolve() {
      return CorpusFiles.resolve(files, include);
    }
  }

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
   * @param initFrom where the initial weights come from, or null
   */
  public StreamPlan create(Path initFrom) {
    Optional<TrainedModel> initial = InitialModel.open(given, initFrom);
    TextFormat format = given.build(TextFormat.class);
    VocabularySettings vocabulary = given.build(VocabularySettings.class);
    Level level = initial.isPresent() ? initial.get().vocabulary().level() : vocabulary.level();
    TokenizedText text = tokenize(source.resolve(), format, level);
    SettingsForText forText = new SettingsForText(given, text.size(), text.starts());
    List<String> added =
        initial.isPresent()
            ? InitialModel.newTokens(given, initial.get().vocabulary(), text.count())
            : List.of();
    Corpus corpus =
        text.encode(
            initial.isPresent()
                ? initial.get().vocabulary().extendedBy(added)
                : Vocabulary.of(text.count(), vocabulary));
    SettingValues values = forText.derive();
    TrainingConfig training = training(values);
    StreamPlan.batches(corpus, training); // for which the text may be too short
    BatchShape batch = training.batch();
    Slicing slicing = slicing(batch);
    BatchShape smallestSlice =
        new BatchShape(batch.batchSize() / slicing.slices(), batch.sequenceLength());
    RunConfig config =
        new RunConfig(
            Version.current(),
            RunKind.TRAIN,
            initial.isPresent()
                ? initial.get().config().model().withClasses(corpus.vocabulary().size())
                : network(corpus.vocabulary()),
            describe(corpus, format),
            training,
            KernelChoice.of(given, smallestSlice, ComputeKernel.Kind.FUSED, machine.session()),
            slicing,
            initFrom == null ? null : initFrom.toString());
    List<Record> textSettings = initial.isPresent() ? List.of(format) : List.of(vocabulary, format);
    List<String> notes = new ArrayList<>();
    added(corpus, added).ifPresent(notes::add);
    unknowns(corpus, initial.isPresent() && added.isEmpty()).ifPresent(notes::add);
    SettingsForText.describe(given, values).ifPresent(notes::add);
    return new StreamPlan(config, corpus, textSettings, notes, machine);
  }

  /**
   * Plans the continuation of a run. The given settings are those that {@code --resume} can change.
   *
   * @throws InputException if the text has changed
   */
  public StreamPlan resume(RunDirectory run) {
    RunConfig config = run.config();
    TextConfig text = config.text();
    Source files = source == null ? new Source(text.files(), List.of()) : source;
    Corpus corpus =
        tokenize(files.resolve(), text.format(), run.vocabulary().level()).encode(run.vocabulary());
    if (!corpus.sha256().equals(text.sha256())) {
      throw new InputException(
          "the text of the run has changed since it was trained; start a new run from its weights"
              + " with --data and --init-from");
    }
    requireSameFiles(config, corpus);
    if (given.isGiven("steps") || given.isGiven("epochs")) {
      long batches = StreamPlan.batches(corpus, config.training()).batches();
      config =
          config.withTraining(config.training().withSteps(SettingsForText.steps(given, batches)));
    }
    return new StreamPlan(
        config, corpus, List.of(text.format()), unknowns(corpus, false).stream().toList(), machine);
  }

  private static Optional<String> added(Corpus corpus, List<String> tokens) {
    Level level = corpus.vocabulary().level();
    return tokens.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "added %,d %s%s to the model's vocabulary: %s",
                tokens.size(),
                level.noun(),
                tokens.size() == 1 ? "" : "s",
                level.quoteSome(tokens)));
  }

  /**
   * @param canAdd whether an option would add them to the model's vocabulary
   */
  private static Optional<String> unknowns(Corpus corpus, boolean canAdd) {
    return corpus.unknowns() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of the text's %,d %ss are not in the vocabulary, so the model learns them as"
                    + " unknown and never writes them%s",
                corpus.unknowns(),
                corpus.ids().size(),
                corpus.vocabulary().level().noun(),
                canAdd ? "; --min-count N adds those that occur N times" : ""));
  }

  /** The pieces for validation depend on where files start. */
  private static void requireSameFiles(RunConfig config, Corpus corpus) {
    Saving saving = config.training().saving();
    int files = config.text().files().size();
    if (saving.validation() > 0
        && saving.validationFrom() == ValidationFrom.SPREAD
        && files != corpus.files().size()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the text of the run was in %,d files and is now in %,d, so other parts would be used"
                  + " for validation; give the same files",
              files,
              corpus.files().size()));
    }
  }

  private static TokenizedText tokenize(List<Path> files, TextFormat format, Level level) {
    try (ReadingProgress progress = new ReadingProgress()) {
      return TokenizedText.read(files, format, level, progress);
    }
  }

  private ModelConfig network(Vocabulary vocabulary) {
    int embedding =
        vocabulary.level() == Level.WORD ? (int) given.value(ModelConfig.class, "hidden") : 0;
    return given
        .derive("embedding", embedding)
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
}
