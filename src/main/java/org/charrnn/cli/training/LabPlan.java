package org.charrnn.cli.training;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.cli.limits.MemoryCheck;
import org.charrnn.cli.limits.TrainingSize;
import org.charrnn.cli.options.Version;
import org.charrnn.engine.Engine;
import org.charrnn.model.CellKind;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.measure.PrecisionChoice;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Saving;
import org.charrnn.settings.SettingValues;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.store.events.EventFile;
import org.charrnn.text.TokenIds;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Windows;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TextInput;
import org.charrnn.text.files.TextReader;
import org.charrnn.train.LabText;
import org.charrnn.train.LabTrainer;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.StopSignal;
import org.charrnn.train.Trainer;
import org.charrnn.train.TrainingListener;
import org.charrnn.train.listeners.CheckpointWriter;
import org.charrnn.train.listeners.HistoryRecorder;
import org.charrnn.train.listeners.LabEventWriter;
import org.charrnn.train.listeners.LabListing;

/** The training of the lab: every step on all windows of a short text. */
public final class LabPlan implements TrainingPlan {
  private final RunConfig config;
  private final Vocabulary vocabulary;
  private final Windows windows;
  private final List<String> notes;
  private final SessionSettings session;
  private final Output output;

  /**
   * Where the listing is printed, and how much of it.
   *
   * @param mode the part of the listing that is printed
   */
  public record Output(PrintWriter out, LabListing.Mode mode) {}

  private LabPlan(
      RunConfig config,
      Vocabulary vocabulary,
      Windows windows,
      List<String> notes,
      SessionSettings session,
      Output output) {
    this.config = config;
    this.vocabulary = vocabulary;
    this.windows = windows;
    this.notes = notes;
    this.session = session;
    this.output = output;
  }

  /**
   * Prepares a new training.
   *
   * @param file text to train on; null for the lab's sentence
   * @param initFrom model or checkpoint with the initial weights, or null
   */
  public static TrainingTask.NewTraining create(
      SettingValues given, Path file, Path initFrom, SessionSettings session, Output output) {
    return new TrainingTask.NewTraining(
        TrainingSize.smallest(
            RunKind.LAB, given, Optional.empty(), KernelChoice.smallest(given, RunKind.LAB)),
        () -> plan(given, file, initFrom, session, output));
  }

  private static LabPlan plan(
      SettingValues given, Path file, Path initFrom, SessionSettings session, Output output) {
    TextFormat format = TextSettings.format(given, Optional.empty());
    String text = read(file, format);
    Vocabulary vocabulary = Vocabulary.of(text);
    int[] ids = vocabulary.encode(text);
    ModelConfig network =
        given
            .derive("hidden", vocabulary.size())
            .build(
                ModelConfig.class,
                Map.of("cell", CellKind.LSTM, "classes", vocabulary.size(), "embeddingSize", 0));
    int sequenceLength = (int) given.value(BatchShape.class, "sequence-length");
    MemoryCheck.requireTensors(network, ids.length - sequenceLength, sequenceLength);
    Windows windows = Windows.of(ids, sequenceLength);
    BatchShape batch = new BatchShape(windows.count(), sequenceLength);
    float rate = (float) given.value(LearningRateSchedule.class, "learning-rate");
    long saveEvery = (long) given.value(Saving.class, "save-every");
    long steps = (long) given.value(TrainingConfig.class, "steps");
    long seed = (long) given.value(TrainingConfig.class, "seed");
    KernelChoice kernel =
        KernelChoice.of(given, network, batch, KernelChoice.automatic(RunKind.LAB), true, session);
    RunConfig config =
        new RunConfig(
            Version.current(),
            RunKind.LAB,
            network,
            TextConfig.of(
                vocabulary,
                TokenIds.of(vocabulary.size(), ids),
                file == null ? List.of() : List.of(file.toString()),
                format),
            TrainingConfig.lab(batch, steps, rate, saveEvery, seed),
            kernel.kernel(),
            Slicing.NONE,
            initFrom == null ? null : initFrom.toString());
    List<String> notes = kernel.precision().map(PrecisionChoice::toString).stream().toList();
    return new LabPlan(config, vocabulary, windows, notes, session, output);
  }

  /**
   * Plans the continuation of a run.
   *
   * @param step steps done
   * @param given settings that change
   * @param file text of the run if it was moved, or null
   * @throws InputException if the text has changed
   */
  public static LabPlan resume(
      RunDirectory run,
      long step,
      SettingValues given,
      Path file,
      SessionSettings session,
      Output output) {
    RunConfig saved = run.config().at(step);
    RunConfig config =
        saved.changedAt(step, ResumedSettings.resolve(RunKind.LAB, saved.training(), given));
    TextConfig text = config.text();
    boolean isGiven = file != null || text.fileCount() == 0;
    Path source =
        isGiven ? file : TextSettings.files(run, "give the text of the run with --text").get(0);
    int[] ids;
    try {
      ids = run.vocabulary().encode(read(source, text.format()));
    } catch (IllegalArgumentException e) {
      throw changed(source, e);
    }
    if (!TokenIds.of(run.vocabulary().size(), ids).sha256().equals(text.sha256())) {
      throw changed(source, null);
    }
    Windows windows = Windows.of(ids, config.training().batch().sequenceLength());
    if (file != null) {
      config = config.withText(text.withFiles(List.of(file.toString())));
    }
    List<String> notes = ResumedSettings.describe(step, run.config(), config);
    return new LabPlan(config, run.vocabulary(), windows, notes, session, output);
  }

  private static InputException changed(Path file, Exception cause) {
    return new InputException(
        "the text of the run has changed%s; start a new run from its weights with --init-from"
            .formatted(file == null ? "" : ": " + TextInput.name(file)),
        cause);
  }

  private static String read(Path file, TextFormat format) {
    if (file == null) {
      return LabText.SENTENCE;
    }
    String text = TextReader.readAll(file, format);
    if (text.isEmpty()) {
      throw new InputException(
          TextInput.name(file) + " is empty; use a file with text to train on");
    }
    return text.replaceFirst("(\r\n|[\r\n])\\z", "");
  }

  @Override
  public RunConfig config() {
    return config;
  }

  @Override
  public List<Record> otherSettings() {
    return List.of(config.text().format(), session);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Optional<TokenRanges> validation() {
    return Optional.empty();
  }

  @Override
  public List<String> description() {
    return notes;
  }

  @Override
  public Trainer open(Engine engine, TrainingStart start) {
    TrainingConfig training = config.training();
    GradientSetup gradients =
        new GradientSetup(
            config.model(),
            BatchPart.whole(training.batch()),
            StepNoise.NONE,
            config.kernel(),
            training.seed());
    TrainingSetup setup = new TrainingSetup(gradients, training.regularization().maxNorm(), false);
    return new LabTrainer(
        TrainingSession.open(setup, start, session),
        windows,
        training.schedule().learningRate(),
        step -> output.mode().needsPredictions(step, training.steps()));
  }

  @Override
  public List<TrainingListener> listeners(
      Trainer trainer, RunDirectory run, EventFile events, ProgressBar bar, StopSignal stop) {
    long steps = config.training().steps();
    return List.of(
        new LabListing(
            output.out(), output.mode(), vocabulary, windows, steps, (LabTrainer) trainer, bar),
        new LabEventWriter(events, steps),
        new HistoryRecorder(run),
        new CheckpointWriter(run.checkpoints(), trainer));
  }
}
