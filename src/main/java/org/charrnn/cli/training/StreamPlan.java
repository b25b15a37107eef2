package org.charrnn.cli.training;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.engine.Engine;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.training.TrainingSession;
import org.charrnn.model.training.TrainingSetup;
import org.charrnn.model.training.TrainingStart;
import org.charrnn.settings.LearningRates;
import org.charrnn.settings.Saving;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.events.EventFile;
import org.charrnn.text.Level;
import org.charrnn.text.TokenRanges;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.batches.Split;
import org.charrnn.text.batches.StreamBatcher;
import org.charrnn.text.files.Corpus;
import org.charrnn.train.Evaluation;
import org.charrnn.train.ProgressBar;
import org.charrnn.train.StopSignal;
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
  private final RunConfig config;
  private final Corpus corpus;
  private final List<Record> textSettings;
  private final List<String> notes;
  private final Machine machine;

  /**
   * Where a training runs. It is not part of the run's configuration.
   *
   * @param isLocal whether the engine is this process
   * @param session how each graph runs
   * @param err receives the progress
   */
  public record Machine(boolean isLocal, SessionSettings session, PrintWriter err) {}

  /**
   * @param notes lines about what was chosen for the text
   */
  StreamPlan(
      RunConfig config,
      Corpus corpus,
      List<Record> textSettings,
      List<String> notes,
      Machine machine) {
    this.config = config;
    this.corpus = corpus;
    this.textSettings = textSettings;
    this.notes = notes;
    this.machine = machine;
    validation(); // throws if it is too short
  }

  /**
   * Returns the same plan with another training.
   *
   * @param reasons lines about what was chosen
   */
  StreamPlan with(TrainingConfig training, List<String> reasons) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(reasons);
    return new StreamPlan(config.withTraining(training), corpus, textSettings, all, machine);
  }

  static StreamBatcher batches(Corpus corpus, TrainingConfig training) {
    return new StreamBatcher(
        split(corpus, training).training(corpus.ids()),
        training.batch().batchSize(),
        training.batch().sequenceLength());
  }

  private static Split split(Corpus corpus, TrainingConfig training) {
    Saving saving = training.saving();
    return corpus.split(saving.validation(), saving.validationFrom());
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
  public Optional<TokenRanges> validation() {
    if (config.training().saving().validation() == 0) {
      return Optional.empty();
    }
    TokenRanges text = split(corpus, config.training()).validation(corpus.ids());
    try {
      Evaluation.require(text);
    } catch (InputException e) {
      throw new InputException(e.getMessage() + "; use a larger --validation, or 0 for none", e);
    }
    return Optional.of(text);
  }

  @Override
  public List<String> description() {
    TrainingConfig training = config.training();
    List<String> description = new ArrayList<>(notes);
    description.add(
        String.format(
            Locale.ROOT,
            "%,d %ss, %s; %,d weights; %,d steps of %d x %d",
            corpus.ids().size(),
            corpus.vocabulary().level().noun(),
            keptTokens(),
            config.model().parameters(),
            training.steps(),
            training.batch().batchSize(),
            training.batch().sequenceLength()));
    return description;
  }

  /** How much of the text its vocabulary covers. */
  private String keptTokens() {
    if (corpus.known() == corpus.distinct()) {
      return String.format(Locale.ROOT, "%,d distinct", corpus.distinct());
    }
    double known = 1 - (double) corpus.unknowns() / corpus.ids().size();
    return String.format(
        Locale.ROOT,
        "%,d of %,d %ss kept (%.1f%% of the text), %,d unknown in the text",
        corpus.known(),
        corpus.distinct(),
        corpus.vocabulary().level().noun(),
        Math.floor(known * 1000) / 10, // never 100% if words are missing
        corpus.unknowns());
  }

  @Override
  public Trainer open(Engine engine, TrainingStart start) {
    TrainingConfig training = config.training();
    GradientSetup gradients =
        new GradientSetup(
            config.model(),
            BatchPart.whole(training.batch()),
            StepNoise.of(training.regularization()),
            config.kernel(),
            training.seed());
    TrainingSetup setup = new TrainingSetup(gradients, training.regularization().maxNorm(), true);
    StreamBatcher text = batches(corpus, training);
    if (machine.isLocal() && config.slicing().equals(Slicing.NONE)) {
      return new StreamTrainer(
          TrainingSession.open(setup, start, machine.session()), LearningRates.of(training), text);
    }
    return SlicedTrainer.open(
        engine,
        new SlicedTrainer.Setup(
            setup, LearningRates.of(training), config.slicing(), text, machine.session()),
        start);
  }

  @Override
  public List<TrainingListener> listeners(
      Trainer trainer, RunDirectory run, EventFile events, ProgressBar bar, StopSignal stop) {
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
              List.of(console::sample, eventWriter::sample),
              stop::requested));
    }
    listeners.add(new HistoryRecorder(run));
    listeners.add(new CheckpointWriter(run.checkpoints(), trainer));
    if (training.saving().patience() > 0) {
      listeners.add(new EarlyStopping(training.saving().patience()));
    }
    return listeners;
  }
}
