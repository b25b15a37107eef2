package org.charrnn.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.charrnn.cli.evaluation.EvaluatedText;
import org.charrnn.cli.evaluation.FileEvaluations;
import org.charrnn.cli.evaluation.FileTexts;
import org.charrnn.cli.evaluation.JsonFormat;
import org.charrnn.cli.evaluation.Result;
import org.charrnn.cli.evaluation.ResultFormat;
import org.charrnn.cli.evaluation.ValidationPart;
import org.charrnn.cli.evaluation.WindowOption;
import org.charrnn.cli.options.EngineOptions;
import org.charrnn.cli.options.FileOptions;
import org.charrnn.cli.options.GivenOptions;
import org.charrnn.cli.options.ModelArgument;
import org.charrnn.cli.options.SettingOptions;
import org.charrnn.cli.options.VerboseOption;
import org.charrnn.cli.sampling.TextOutput;
import org.charrnn.cli.sampling.TextOutput.NoReaderException;
import org.charrnn.engine.Engine;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.measure.MemoryEstimate;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingValues;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.files.CorpusFiles;
import org.charrnn.text.files.TextFormat;
import org.charrnn.train.Evaluation;
import org.charrnn.train.EvaluationProtocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Evaluates a model on text. */
@Command(
    name = "evaluate",
    description = {
      "Prints how well a trained model predicts a text.",
      "Without a FILE, the text is the validation part of the model's run."
    },
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
      arity = "0..*",
      paramLabel = "FILE",
      description =
          "Files, directories, patterns, or - for standard input. Files can be compressed with"
              + " gzip.")
  private List<String> files = List.of();

  @Mixin private FileOptions fileOptions;

  @Option(
      names = "--each",
      description =
          "Evaluate each file separately and print a table: a line per file, columns separated by"
              + " tabs; a file that cannot be evaluated has its error there.")
  private boolean each;

  @Mixin private WindowOption window;

  @Option(
      names = "--json",
      description =
          "Print a JSON object on a line, with --each one per file: model, text, files, level,"
              + " window, nats, bits, perplexity, tokens, unknown; or error.")
  private boolean json;

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
    rejectUnused(new GivenOptions(spec));
    EvaluationProtocol protocol = window.protocol();
    SettingValues given = SETTINGS.given(spec);
    SessionSettings session = VerboseOption.session(given, engine);
    TrainedModel trained = model.open();
    PrintWriter err = spec.commandLine().getErr();
    if (files.isEmpty()) {
      return evaluate(trained, new ValidationPart(trained, err).read(), protocol, session);
    }
    FileTexts texts = new FileTexts(trained, given, err);
    CorpusFiles.Found found =
        each
            ? CorpusFiles.findEach(files, fileOptions.patterns(), texts.format())
            : CorpusFiles.find(files, fileOptions.patterns(), texts.format());
    found.skipped().ifPresent(this::remark);
    return each
        ? evaluateEach(trained, found.files(), texts, protocol, session)
        : evaluate(trained, texts.join(found.files()), protocol, session);
  }

  private void rejectUnused(GivenOptions given) {
    if (files.isEmpty()) {
      given.rejectAny(
          "needs files to evaluate: without one, the text is that of the run",
          "--each",
          "--include",
          "--exclude",
          "--encoding",
          "--malformed",
          "--separator");
    }
    if (!each && !engine.isLocal()) {
      given.rejectAny("needs --each: a single text is read here", "--engine");
    }
    if (each) {
      given.rejectAny("cannot be used with --each, which joins no files", "--separator");
    }
    TrainCommand.rejectSeparatorOfOneFile(given, files);
  }

  private void remark(String line) {
    spec.commandLine().getErr().println("charrnn: " + line);
  }

  private TextOutput output() {
    return new TextOutput(StandardStream.escaped(spec.commandLine().getOut()));
  }

  private int evaluate(
      TrainedModel trained,
      EvaluatedText text,
      EvaluationProtocol protocol,
      SessionSettings session) {
    BatchShape shape = text.shape(protocol);
    verbose.print(
        spec.commandLine().getErr(),
        session,
        "batches of %d x %d".formatted(shape.batchSize(), shape.sequenceLength()));
    ResultFormat format =
        json ? new JsonFormat(trained, protocol) : ResultFormat.lines(trained.vocabulary().level());
    Evaluation evaluation = text.evaluate(trained, protocol, session);
    try {
      output().println(format.format(Result.of(text, evaluation)));
    } catch (NoReaderException e) {
      return ExitCodes.DONE;
    }
    return ExitCodes.DONE;
  }

  private int evaluateEach(
      TrainedModel trained,
      List<Path> paths,
      FileTexts texts,
      EvaluationProtocol protocol,
      SessionSettings session) {
    verbose.print(spec.commandLine().getErr(), session, "each file by itself");
    ResultFormat format = json ? new JsonFormat(trained, protocol) : ResultFormat.TABLE;
    int errors;
    try (Engine started = startEngine(trained);
        FileEvaluations evaluations =
            new FileEvaluations(paths, texts::readOne, format, output())) {
      errors = evaluations.print(started, trained, protocol, session);
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

  /** A text needs no more memory than training on batches of the same size. */
  private Engine startEngine(TrainedModel trained) {
    return engine.start(
        MemoryEstimate.bytes(
            trained.config().model(), Evaluation.LARGEST_SHAPE, ComputeKernel.fused(1)));
  }
}
