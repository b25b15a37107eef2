package org.charrnn.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.charrnn.InputException;
import org.charrnn.bulk.BulkEvaluation;
import org.charrnn.engine.Engine;
import org.charrnn.model.BatchShape;
import org.charrnn.model.EvaluationModel;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Corpus;
import org.charrnn.text.CorpusFiles;
import org.charrnn.text.Level;
import org.charrnn.text.TokenRange;
import org.charrnn.train.Evaluation;
import org.charrnn.train.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells how well a model knows a text. */
@Command(
    name = "evaluate",
    description = "Tells how well a trained model knows a text.",
    sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private ModelArgument model;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files, directories or patterns.")
  private List<String> files;

  @Mixin private FileOptions fileOptions;

  @Option(
      names = "--each",
      description =
          "Read each file by itself and print a table: a line for each, columns separated by tabs.")
  private boolean each;

  @Mixin private SessionOptions session;

  @Mixin private EngineOptions engine;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (!each && !engine.isLocal()) {
      throw new InputException("a single text is read here: --engine spark goes with --each");
    }
    TrainedModel trained = model.open();
    List<Path> paths = CorpusFiles.resolve(files, fileOptions.include());
    if (each) {
      evaluateEach(trained, paths);
    } else {
      evaluate(trained, paths);
    }
    return ExitCodes.DONE;
  }

  private void evaluate(TrainedModel trained, List<Path> paths) {
    Corpus corpus = read(trained, paths);
    TokenRange text = new TokenRange("the text", corpus.ids(), 0, corpus.ids().size());
    Evaluation.require(text);
    BatchShape shape = Evaluation.shape(text);
    session.tell(
        spec.commandLine().getErr(),
        "batches of %d x %d".formatted(shape.batchSize(), shape.sequenceLength()));
    var weights = trained.weights(); // before the network, for which a config may claim any size
    try (EvaluationModel network =
        new EvaluationModel(trained.config().model(), shape, session.settings())) {
      network.setWeights(weights);
      Evaluation evaluation;
      try (Progress progress = Progress.start("evaluate", text.size() - 1)) {
        evaluation = Evaluation.of(network, text, read -> progress.step(read, () -> ""));
      }
      print(evaluation, corpus);
    }
  }

  private Corpus read(TrainedModel trained, List<Path> paths) {
    try (ReadingProgress reading = new ReadingProgress()) {
      return Corpus.encode(paths, fileOptions.format(), trained.vocabulary(), reading);
    }
  }

  private void evaluateEach(TrainedModel trained, List<Path> paths) {
    List<Corpus> texts = new ArrayList<>();
    for (Path path : paths) {
      Corpus text = read(trained, List.of(path));
      Evaluation.require(new TokenRange(path.toString(), text.ids(), 0, text.ids().size()));
      texts.add(text);
    }
    List<Evaluation> evaluations;
    try (Engine started = engine.start()) {
      evaluations =
          BulkEvaluation.read(
              started, session.settings(engine), trained, texts.stream().map(Corpus::ids).toList());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.join("\t", "nats", "bits", "perplexity", "tokens", "unknown", "file"));
    for (int i = 0; i < paths.size(); i++) {
      Evaluation evaluation = evaluations.get(i);
      out.println(
          String.format(
              Locale.ROOT,
              "%.4f\t%.4f\t%.3f\t%d\t%d\t%s",
              evaluation.meanLossNats(),
              evaluation.bits(),
              evaluation.perplexity(),
              evaluation.tokens(),
              texts.get(i).unknowns(),
              paths.get(i)));
    }
    out.flush();
  }

  private void print(Evaluation evaluation, Corpus text) {
    PrintWriter out = spec.commandLine().getOut();
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
