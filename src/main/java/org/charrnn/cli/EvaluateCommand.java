package org.charrnn.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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

  @Mixin private SessionOptions session;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    TrainedModel trained = model.open();
    Corpus corpus;
    try (ReadingProgress reading = new ReadingProgress()) {
      corpus =
          Corpus.encode(
              CorpusFiles.resolve(files, fileOptions.include()),
              fileOptions.format(),
              trained.vocabulary(),
              reading);
    }
    TokenRange text = new TokenRange("the text", corpus.ids(), 0, corpus.ids().size());
    Evaluation.require(text);
    BatchShape shape = Evaluation.shape(text);
    session.tell(
        spec.commandLine().getErr(),
        "batches of %d x %d".formatted(shape.batchSize(), shape.sequenceLength()));
    try (EvaluationModel network =
        new EvaluationModel(trained.config().model(), shape, session.settings())) {
      network.setWeights(trained.weights(network.weightShapes()));
      Evaluation evaluation;
      try (Progress progress = Progress.start("evaluate", text.size() - 1)) {
        evaluation = Evaluation.of(network, text, read -> progress.step(read, () -> ""));
      }
      print(evaluation, corpus);
    }
    return ExitCodes.DONE;
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
