package org.charrnn.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.charrnn.cli.options.EngineOptions;
import org.charrnn.cli.options.FileOptions;
import org.charrnn.cli.options.GivenOptions;
import org.charrnn.cli.options.ModelArgument;
import org.charrnn.cli.options.SettingOptions;
import org.charrnn.cli.options.VerboseOption;
import org.charrnn.cli.sampling.TextOutput;
import org.charrnn.cli.sampling.TextOutput.NoReaderException;
import org.charrnn.cli.training.ReadingProgress;
import org.charrnn.engine.Engine;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.EvaluationSession;
import org.charrnn.model.measure.MemoryEstimate;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingValues;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Level;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.TokenRange;
import org.charrnn.text.Tokenization;
import org.charrnn.text.UnicodeForms;
import org.charrnn.text.files.Corpus;
import org.charrnn.text.files.CorpusFiles;
import org.charrnn.text.files.ReadProgress;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TextInput;
import org.charrnn.text.files.TokenizedText;
import org.charrnn.train.Evaluation;
import org.charrnn.train.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Evaluates a model on text. */
@Command(
    name = "evaluate",
    description = "Prints how well a trained model predicts a text.",
    abbreviateSynopsis = true,
    sortOptions = false,
    modelTransformer = SettingsCommand.Transformer.class)
final class EvaluateCommand implements Callable<Integer>, SettingsCommand {
  private static final SettingOptions SETTINGS =
      SettingOptions.of(RunKind.TRAIN)
          .with("Text", TextFormat.class)
          .with("Computation", SessionSettings.class);

  @Mixin private ModelArgument model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Files, directories, patterns, or - for standard input. Files can be compressed with"
              + " gzip.")
  private List<String> files;

  @Mixin private FileOptions fileOptions;

  @Option(
      names = "--each",
      description =
          "Evaluate each file separately and print a table: a line per file, columns separated by"
              + " tabs; a file that cannot be evaluated has its error there.")
  private boolean each;

  @Mixin private VerboseOption verbose;
  @Mixin private EngineOptions engine;
  @Spec private CommandSpec spec;

  @Override
  public SettingOptions settings() {
    return SETTINGS;
  }

  @Override
  public Integer call() {
    engine.check();
    if (!each && !engine.isLocal()) {
      new GivenOptions(spec).rejectAny("needs --each: a single text is read here", "--engine");
    }
    rejectUnusedSeparator();
    SettingValues given = SETTINGS.given(spec);
    SessionSettings session = VerboseOption.session(given, engine);
    TrainedModel trained = model.open();
    TextFormat format = format(given, trained);
    CorpusFiles.Found found =
        each
            ? CorpusFiles.findEach(files, fileOptions.patterns(), format)
            : CorpusFiles.find(files, fileOptions.patterns(), format);
    found.skipped().ifPresent(this::remark);
    List<Path> paths = found.files();
    if (each) {
      verbose.print(spec.commandLine().getErr(), session, "each file by itself");
      return evaluateEach(trained, paths, format, session);
    }
    evaluate(trained, paths, format, session);
    return ExitCodes.DONE;
  }

  private void rejectUnusedSeparator() {
    GivenOptions given = new GivenOptions(spec);
    if (each) {
      given.rejectAny("cannot be used with --each, which joins no files", "--separator");
    }
    TrainCommand.rejectSeparatorOfOneFile(given, files);
  }

  /**
   * The text is read as that of the model; a line feed that it does not know separates no files.
   */
  private static TextFormat format(SettingValues given, TrainedModel trained) {
    TextNormalization normalization = trained.config().text().normalization();
    TextFormat format = given.build(TextFormat.class, Map.of("normalization", normalization));
    boolean isDefault = format.separator().equals(TextFormat.UTF_8.separator());
    return isDefault ? format.withSeparatorOf(trained.vocabulary()) : format;
  }

  private void remark(String line) {
    spec.commandLine().getErr().println("charrnn: " + line);
  }

  private void evaluate(
      TrainedModel trained, List<Path> paths, TextFormat format, SessionSettings session) {
    Corpus corpus = read(trained, paths, format);
    TokenRange text = new TokenRange("the text", corpus.ids(), 0, corpus.ids().size());
    Evaluation.require(text);
    BatchShape shape = Evaluation.shape(text);
    verbose.print(
        spec.commandLine().getErr(),
        session,
        "batches of %d x %d".formatted(shape.batchSize(), shape.sequenceLength()));
    try (EvaluationSession network =
            EvaluationSession.open(trained.config().model(), shape, trained.weights(), session);
        ProgressBar progress = ProgressBar.start("evaluate", text.size() - 1)) {
      print(Evaluation.of(network, text, read -> progress.step(read, () -> "")), corpus);
    }
  }

  private Corpus read(TrainedModel trained, List<Path> paths, TextFormat format) {
    try (ReadingProgress reading = new ReadingProgress()) {
      return encode(
          TokenizedText.read(paths, format, trained.vocabulary().tokenization(), reading), trained);
    }
  }

  private Corpus encode(TokenizedText text, TrainedModel trained) {
    Corpus corpus = text.encode(trained.vocabulary());
    if (corpus.unknowns() > 0) {
      text.betterForm(trained.vocabulary())
          .map(form -> "the text has unknown tokens; " + UnicodeForms.advice(form))
          .ifPresent(this::remark);
    }
    return corpus;
  }

  private int evaluateEach(
      TrainedModel trained, List<Path> paths, TextFormat format, SessionSettings session) {
    TextOutput out = new TextOutput(StandardStream.escaped(spec.commandLine().getOut()));
    int errors;
    try (Engine started = startEngine(trained);
        EvaluationTable table =
            new EvaluationTable(paths, file -> readOne(trained, file, format), out)) {
      errors = table.print(started, trained, session);
    } catch (NoReaderException e) {
      return ExitCodes.DONE;
    }
    if (errors > 0) {
      remark(
          String.format(
              Locale.ROOT,
              "%,d of the %,d files cannot be evaluated; the output has their errors",
              errors,
              paths.size()));
    }
    return errors > 0 ? ExitCodes.WORK_FAILED : ExitCodes.DONE;
  }

  private Corpus readOne(TrainedModel trained, Path file, TextFormat format) {
    Tokenization tokenization = trained.vocabulary().tokenization();
    Corpus text =
        encode(TokenizedText.read(List.of(file), format, tokenization, ReadProgress.NONE), trained);
    Evaluation.require(new TokenRange(TextInput.name(file), text.ids(), 0, text.ids().size()));
    return text;
  }

  /** A text needs no more memory than training on batches of the same size. */
  private Engine startEngine(TrainedModel trained) {
    return engine.start(
        MemoryEstimate.bytes(
            trained.config().model(), Evaluation.LARGEST_SHAPE, ComputeKernel.fused(1)));
  }

  private void print(Evaluation evaluation, Corpus text) {
    PrintWriter out = StandardStream.escaped(spec.commandLine().getOut());
    Level level = text.vocabulary().level();
    out.println(String.format(Locale.ROOT, "mean loss: %.4f nats", evaluation.meanLossNats()));
    out.println(String.format(Locale.ROOT, "bits per %s: %.4f", level.noun(), evaluation.bits()));
    out.println(
        String.format(
            Locale.ROOT, "perplexity: %.3f per %s", evaluation.perplexity(), level.noun()));
    out.println(
        String.format(
            Locale.ROOT,
            "%ss: %,d predicted, %,d unknown in the text",
            level.noun(),
            evaluation.tokens(),
            text.unknowns()));
    out.flush();
  }
}
