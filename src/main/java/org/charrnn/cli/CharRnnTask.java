package org.charrnn.cli;

import static org.charrnn.cli.TrainOptions.orElse;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.config.Slicing;
import org.charrnn.config.TextConfig;
import org.charrnn.config.TrainingConfig;
import org.charrnn.engine.Engine;
import org.charrnn.model.BatchShape;
import org.charrnn.model.InferenceModel;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.TrainingModel;
import org.charrnn.model.TrainingOptions;
import org.charrnn.store.InitialWeights;
import org.charrnn.store.RunCheckpoints;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.RunLock;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Corpus;
import org.charrnn.text.CorpusFiles;
import org.charrnn.text.Malformed;
import org.charrnn.text.Split;
import org.charrnn.text.StreamBatcher;
import org.charrnn.text.TextFormat;
import org.charrnn.text.TokenRange;
import org.charrnn.train.CharRnnTraining;
import org.charrnn.train.Evaluation;
import org.charrnn.train.LabTraining.DivergedException;
import org.charrnn.train.LocalTrainer;
import org.charrnn.train.Progress;
import org.charrnn.train.SlicedTrainer;
import org.charrnn.train.StopSignal;
import org.charrnn.train.Trainer;
import org.charrnn.train.TrainingReport;
import org.tensorflow.ndarray.Shape;
import picocli.CommandLine;

/** Trains a char-rnn, or goes on with one. */
final class CharRnnTask {
  private final TrainOptions options;
  private final CharRnnOptions charRnn;
  private final CharRnnSettings given;
  private final PrintWriter err;

  CharRnnTask(TrainOptions options, CharRnnOptions charRnn, CommandLine commandLine) {
    this.options = options;
    this.charRnn = charRnn;
    this.given = new CharRnnSettings(options, charRnn);
    this.err = commandLine.getErr();
  }

  void run() throws IOException, DivergedException {
    if (charRnn.resume == null) {
      start();
    } else {
      resume();
    }
  }

  private void start() throws IOException, DivergedException {
    TextFormat format = charRnn.format();
    List<Path> files = CorpusFiles.resolve(charRnn.data, charRnn.include());
    Optional<TrainedModel> first = given.initFromRun();
    Corpus corpus;
    try (ReadingProgress reading = new ReadingProgress()) {
      corpus =
          first.isPresent()
              ? Corpus.encode(files, format, first.get().vocabulary(), reading)
              : Corpus.read(files, format, given.vocabulary(), reading);
    }
    ModelConfig network =
        first.isPresent()
            ? given.requireSame(first.get().config().model())
            : given.network(corpus.vocabulary().size());
    TrainingConfig settings = given.training(corpus.ids().size());
    settings = settings.withSteps(given.steps(training(corpus, settings)));
    validation(corpus, settings); // which may be too short
    Slicing slicing = given.slicing(settings);

    RunConfig config =
        new RunConfig(
            Version.current(),
            network,
            describe(corpus, format),
            settings,
            options.kernel.resolve(slice(settings, slicing), Kernel.Kind.FUSED, session()),
            slicing,
            options.initFrom == null ? null : options.initFrom.toString());
    requireMemory(config);
    try (Engine engine = options.engine.start();
        Trainer trainer = trainer(engine, config, corpus)) {
      if (options.initFrom != null) {
        Map<String, Shape> shapes = InferenceModel.weightShapes(network);
        trainer.setVariables(
            first.isPresent()
                ? first.get().weights(shapes)
                : InitialWeights.read(options.initFrom, shapes));
      }
      Path path = orElse(options.run, Path.of("runs/char-rnn"));
      try (RunLock lock = RunLock.take(path)) {
        RunDirectory run = RunDirectory.create(lock.run(), config, corpus.vocabulary());
        run.earlierRun()
            .ifPresent(moved -> err.println("charrnn: moved the earlier run to " + moved));
        train(trainer, run, corpus, Optional.empty());
      }
    }
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

  private void resume() throws IOException, DivergedException {
    given.requireNoSettings();
    boolean isCheckpoint = RunCheckpoints.isCheckpoint(charRnn.resume);
    Path path = isCheckpoint ? RunCheckpoints.runOf(charRnn.resume) : charRnn.resume;
    RunDirectory.open(path); // is it one?
    try (RunLock lock = RunLock.take(path)) {
      RunDirectory run = RunDirectory.open(lock.run());
      run.recover();
      goOn(run, isCheckpoint ? charRnn.resume : run.checkpoints().latest());
    }
  }

  private void goOn(RunDirectory saved, Path checkpoint) throws IOException, DivergedException {
    RunDirectory run = saved;
    RunConfig config = run.config();
    TextConfig text = config.text();
    TextFormat format =
        new TextFormat(
            Charset.forName(text.encoding()),
            Malformed.valueOf(text.malformed().toUpperCase(Locale.ROOT)));
    if (config.ofLab()) {
      throw new InputException(
          charRnn.resume + " is a run of the lab; start from its weights with --init-from instead");
    }
    List<String> data = charRnn.data == null ? text.files() : charRnn.data;
    Corpus corpus;
    try (ReadingProgress reading = new ReadingProgress()) {
      corpus =
          Corpus.encode(
              CorpusFiles.resolve(data, charRnn.include()), format, run.vocabulary(), reading);
    }
    if (!corpus.sha256().equals(text.sha256())) {
      throw new InputException(
          "the text of %s has changed since it was trained on; start from its weights with"
                  .formatted(charRnn.resume)
              + " --data and --init-from instead");
    }
    TrainingConfig settings = config.training();
    if (options.steps != null || charRnn.epochs != null) {
      settings = settings.withSteps(given.steps(training(corpus, settings)));
      long done = RunCheckpoints.progress(checkpoint).step();
      if (settings.steps() < done) {
        throw new InputException(
            "%s has done %d steps already; give more --steps or --epochs, got %d steps"
                .formatted(checkpoint, done, settings.steps()));
      }
      run = run.withConfig(config.withTraining(settings));
    }
    requireMemory(run.config());
    warnOfLostHistory(run, checkpoint);
    try (Engine engine = options.engine.start();
        Trainer trainer = trainer(engine, run.config(), corpus)) {
      train(trainer, run, corpus, Optional.of(checkpoint));
    }
  }

  /** The weights do not hang on it, so a training goes on without. */
  private void warnOfLostHistory(RunDirectory run, Path checkpoint) throws IOException {
    long step = RunCheckpoints.progress(checkpoint).step();
    if (step > 0 && run.readHistory().stream().noneMatch(row -> row.step() == step)) {
      err.println(
          "charrnn: %s lacks what was before step %d; it goes on from there"
              .formatted(run.history(), step));
    }
  }

  private static StreamBatcher training(Corpus corpus, TrainingConfig settings) {
    return new StreamBatcher(
        Split.of(corpus.ids(), settings.validation()).training(),
        settings.batchSize(),
        settings.sequenceLength());
  }

  private static Optional<TokenRange> validation(Corpus corpus, TrainingConfig settings) {
    if (settings.validation() == 0) {
      return Optional.empty();
    }
    TokenRange text = Split.of(corpus.ids(), settings.validation()).validation();
    try {
      Evaluation.require(text);
    } catch (InputException e) {
      throw new InputException(e.getMessage() + "; give more --validation, or 0 for none", e);
    }
    return Optional.of(text);
  }

  /** A slice at a time is computed. */
  private static void requireMemory(RunConfig config) {
    TrainingConfig settings = config.training();
    BatchShape slice =
        new BatchShape(config.slicing().mostRows(settings.batchSize()), settings.sequenceLength());
    Memory.require(config.model(), slice, config.kernel());
  }

  private SessionSettings session() {
    return options.session.settings(options.engine);
  }

  /** The smallest part of a batch that is computed at once. */
  private static BatchShape slice(TrainingConfig settings, Slicing slicing) {
    return new BatchShape(settings.batchSize() / slicing.slices(), settings.sequenceLength());
  }

  private Trainer trainer(Engine engine, RunConfig config, Corpus corpus) {
    TrainingConfig settings = config.training();
    options.session.tell(err, session(), "kernel " + config.kernel());
    float clip = settings.clip() == null ? Float.POSITIVE_INFINITY : settings.clip();
    TrainingOptions how = new TrainingOptions(settings.dropout(), clip, config.kernel());
    StreamBatcher text = training(corpus, settings);
    if (options.engine.isLocal() && config.slicing().equals(Slicing.NONE)) {
      BatchShape batch = new BatchShape(settings.batchSize(), settings.sequenceLength());
      return new LocalTrainer(
          new TrainingModel(config.model(), batch, how, settings.seed(), session()),
          settings,
          text);
    }
    return SlicedTrainer.create(
        engine, config.model(), how, settings, config.slicing(), text, session());
  }

  private void train(Trainer trainer, RunDirectory run, Corpus corpus, Optional<Path> resumeFrom)
      throws IOException, DivergedException {
    TrainingConfig settings = run.config().training();
    err.println(
        String.format(
            Locale.ROOT,
            "charrnn: %,d %ss, %,d distinct; %,d weights; %,d steps of %d x %d",
            corpus.ids().size(),
            corpus.vocabulary().level().noun(),
            corpus.vocabulary().size(),
            run.config().model().parameters(),
            settings.steps(),
            settings.batchSize(),
            settings.sequenceLength()));
    try (StopSignal stop = new StopSignal()) {
      CharRnnTraining.Ending ending;
      long done = resumeFrom.isPresent() ? RunCheckpoints.progress(resumeFrom.get()).step() : 0;
      try (Progress progress = Progress.start("", done, settings.steps())) {
        CharRnnTraining training =
            new CharRnnTraining(
                trainer,
                settings,
                run,
                training(corpus, settings),
                validation(corpus, settings),
                new TrainingReport(err, progress, corpus.vocabulary().level(), settings.steps()));
        if (resumeFrom.isPresent()) {
          training.resume(resumeFrom.get());
        }
        ending = training.run(stop);
      }
      Path best = run.checkpoints().best();
      run.writeSavedModel(
          new TrainedModel(run.config(), run.vocabulary(), best.resolve("model"))
              .weights(InferenceModel.weightShapes(run.config().model())));
      err.println(
          "charrnn: %s, saved %s of %s"
              .formatted(
                  switch (ending) {
                    case DONE -> "done";
                    case STOPPED -> "stopped";
                    case NO_BETTER -> "validation is not getting better";
                  },
                  run.savedModel(),
                  best.getFileName()));
    }
  }
}
