package org.charrnn.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.charrnn.cli.options.ModelArgument;
import org.charrnn.cli.options.ValueTable;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.export.Signature;
import org.charrnn.settings.Decay;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.SettingChange;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.TextConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.store.TrainingProgress;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.tensorflow.ndarray.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what a model consists of. */
@Command(name = "inspect", description = "Prints what a trained model consists of.")
final class InspectCommand implements Callable<Integer> {
  /** Enough for the characters of an alphabet. */
  private static final int MAX_TOKENS = 300;

  @Mixin private ModelArgument model;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    TrainedModel trained = model.open();
    ValueTable network = network(trained);
    ValueTable training = training(trained);
    ValueTable variables = variables(trained.variables());
    ValueTable signatures =
        Files.exists(model.path().resolve("saved_model.pb")) ? signatures() : new ValueTable();

    print("model", network);
    print("training", training);
    print("variables", variables);
    print("signatures", signatures);
    spec.commandLine().getOut().flush();
    return ExitCodes.DONE;
  }

  private static ValueTable network(TrainedModel trained) {
    ModelConfig config = trained.config().model();
    Vocabulary vocabulary = trained.vocabulary();
    ValueTable rows = new ValueTable();
    rows.put("cell", config.cell().toString());
    rows.put("layers", config.layers());
    rows.put("hidden size", config.hiddenSize());
    rows.put(
        "input",
        (config.embeddingSize() == 0
                ? "one-hot, "
                : config.tieEmbeddings() ? "tied embedding, " : "embedding, ")
            + ValueTable.format(config.inputSize()));
    rows.put("parameters", config.parameters());
    rows.put("level", vocabulary.level().toString());
    rows.put("vocabulary", vocabulary.size());
    rows.put(
        "unknown token",
        vocabulary.hasUnknown() ? Level.escape(vocabulary.level().unknown()) : "none");
    rows.put("tokens", tokens(vocabulary));
    return rows;
  }

  /** Characters one after another; words, which may start with a space, in quotes. */
  private static String tokens(Vocabulary vocabulary) {
    boolean words = vocabulary.level() == Level.WORD;
    int more = vocabulary.size() - MAX_TOKENS;
    return vocabulary.tokens().stream()
            .limit(MAX_TOKENS)
            .map(Level::escape)
            .map(token -> words ? "'" + token + "'" : token)
            .collect(joining(words ? " " : ""))
        + (more > 0 ? " and " + ValueTable.format(more) + " more" : "");
  }

  private static ValueTable training(TrainedModel trained) {
    TrainingConfig config = trained.config().training();
    ValueTable rows = new ValueTable();
    trained.progress().ifPresent(progress -> put(rows, progress));
    rows.put("total steps", config.steps());
    TextConfig text = trained.config().text();
    rows.put("text", ValueTable.format(text.tokens()) + " tokens");
    rows.put("files", text.fileCount() == 0 ? "none" : ValueTable.format(text.fileCount()));
    double validation = config.saving().validation();
    rows.put(
        "validation",
        validation == 0
            ? "none"
            : validation
                + switch (config.saving().validationFrom()) {
                  case SPREAD -> " in pieces of all files";
                  case END -> " at the end";
                });
    rows.put("batch size", config.batch().batchSize());
    rows.put("sequence length", config.batch().sequenceLength());
    LearningRateSchedule schedule = config.schedule();
    rows.put("learning rate", Float.toString(schedule.learningRate()));
    rows.put("warm-up", ValueTable.format(schedule.warmup()) + " steps");
    rows.put(
        "decay",
        schedule.decay() != Decay.EPOCHS
            ? schedule.decay() + " over all steps"
            : schedule.decayRate() == 1
                ? "none"
                : schedule.decayRate()
                    + " per epoch, after "
                    + ValueTable.format(schedule.decayAfter()));
    Regularization regularization = config.regularization();
    rows.put("dropout", Float.toString(regularization.dropout()));
    rows.put("weight drop", Float.toString(regularization.weightDrop()));
    rows.put("reset state", Float.toString(regularization.resetState()));
    rows.put("clip", regularization.clip() == null ? "none" : regularization.clip().toString());
    rows.put("kernel", trained.config().kernel().toString());
    rows.put("seed", Long.toString(config.seed()));
    trained.config().changes().stream()
        .collect(
            groupingBy(
                SettingChange::step, TreeMap::new, mapping(SettingChange::toString, joining(", "))))
        .forEach((step, changes) -> rows.put("from step " + ValueTable.format(step), changes));
    return rows;
  }

  private static void put(ValueTable rows, TrainingProgress progress) {
    rows.put("step", progress.step());
    if (progress.bestValidationNats() != null) {
      rows.put(
          "best validation",
          String.format(
              Locale.ROOT,
              "%.4f nats at step %,d",
              progress.bestValidationNats(),
              progress.bestStep()));
    }
  }

  private static ValueTable variables(Map<String, Shape> shapes) {
    ValueTable rows = new ValueTable();
    shapes.forEach((name, shape) -> rows.put(name, shape.toString()));
    return rows;
  }

  private ValueTable signatures() throws IOException {
    ValueTable rows = new ValueTable();
    for (Signature signature : Signature.read(model.path())) {
      signature
          .inputs()
          .forEach((name, tensor) -> rows.put(signature.name() + " input " + name, tensor));
      signature
          .outputs()
          .forEach((name, tensor) -> rows.put(signature.name() + " output " + name, tensor));
    }
    return rows;
  }

  private void print(String title, ValueTable rows) {
    if (rows.isEmpty()) {
      return;
    }
    PrintWriter out = StandardStream.escaped(spec.commandLine().getOut());
    out.println(title);
    rows.print(out, "  ");
  }
}
