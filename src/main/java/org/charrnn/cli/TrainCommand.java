package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.charrnn.InputException;
import org.charrnn.model.LabModel;
import org.charrnn.model.MemoryEstimate;
import org.charrnn.model.ModelConfig;
import org.charrnn.store.InitialWeights;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.text.TextFile;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.Windows;
import org.charrnn.train.LabConfig;
import org.charrnn.train.LabTraining;
import org.charrnn.train.LabTraining.DivergedException;
import org.charrnn.train.Listing;
import org.charrnn.train.Progress;
import org.charrnn.train.StopSignal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the lab and saves it. */
@Command(
    name = "train",
    description = {
      "Trains lab 12-4: stacked LSTM cells on every window of one sentence, which is read back at"
          + " the end. Saves a SavedModel that Python opens.",
      "Ctrl-C stops after the current step and still saves."
    },
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  @Option(
      names = "--text",
      paramLabel = "FILE",
      description =
          "UTF-8 text to learn instead of the lab's sentence. A line end at the very end"
              + " does not count.")
  private Path text;

  @Option(
      names = "--layers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Cells on top of one another, 1 to 100 (default: ${DEFAULT-VALUE}).")
  private int layers;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      description = "Features of each cell (default: as many as the text has characters).")
  private Integer hidden;

  @Option(
      names = "--sequence-length",
      paramLabel = "N",
      defaultValue = "10",
      description = "Characters in a window (default: ${DEFAULT-VALUE}).")
  private int sequenceLength;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "0.1",
      description = "Adam's learning rate (default: ${DEFAULT-VALUE}).")
  private float learningRate;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "500",
      description = "How often all windows are trained on (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides the first weights (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--init-from",
      paramLabel = "CHECKPOINT",
      description =
          "Start from the weights of a checkpoint: the prefix of its files, or a"
              + " directory that holds just one.")
  private Path initFrom;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      defaultValue = "runs/lab-12-4",
      description =
          "Where everything goes (default: ${DEFAULT-VALUE}). What an earlier run left"
              + " there is moved into DIR/previous-N.")
  private Path run;

  @Option(
      names = "--listing",
      paramLabel = "MODE",
      defaultValue = "summary",
      description =
          "What is printed before the sentence: all, summary or none (default:"
              + " ${DEFAULT-VALUE}).")
  private Listing.Mode listing;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, DivergedException {
    LabConfig lab = new LabConfig(sequenceLength, learningRate, steps, seed);
    String sentence = text == null ? LabConfig.SENTENCE : withoutLastLineEnd(TextFile.read(text));
    Vocabulary vocabulary = Vocabulary.of(sentence);
    int[] ids = vocabulary.encode(sentence);
    ModelConfig config =
        ModelConfig.lab(vocabulary.size(), hidden == null ? vocabulary.size() : hidden, layers);
    requireMemory(config, ids.length - sequenceLength);
    Windows windows = Windows.of(ids, sequenceLength);

    PrintWriter err = spec.commandLine().getErr();
    try (LabModel model = new LabModel(config, windows, learningRate, seed)) {
      if (initFrom != null) {
        model.setWeights(InitialWeights.read(initFrom, model.weightShapes()));
      }
      RunDirectory directory =
          RunDirectory.create(run, describe(config, windows, sentence), vocabulary);
      directory
          .earlierRun()
          .ifPresent(moved -> err.println("charrnn: moved the earlier run to " + moved));
      train(lab, vocabulary, windows, model, directory, err);
    }
    return ExitCodes.DONE;
  }

  private void train(
      LabConfig lab,
      Vocabulary vocabulary,
      Windows windows,
      LabModel model,
      RunDirectory directory,
      PrintWriter err)
      throws IOException, DivergedException {
    Listing printed = new Listing(spec.commandLine().getOut(), listing, vocabulary, lab.steps());
    try (StopSignal stop = new StopSignal()) {
      List<Float> losses;
      try (Progress progress = Progress.start("train", lab.steps())) {
        losses = LabTraining.run(model, windows, lab.steps(), printed, progress, stop);
      }
      directory.writeHistory(losses);
      directory.writeCheckpoint(losses.size(), model.weightsAndSlots());
      directory.writeSavedModel(model.config(), model.weights());
      err.println(
          String.format(
              Locale.ROOT,
              "charrnn: %s %d steps, saved %s",
              stop.requested() ? "stopped after" : "trained",
              losses.size(),
              directory.savedModel()));
    }
  }

  private static String withoutLastLineEnd(String text) {
    return text.endsWith("\r\n")
        ? text.substring(0, text.length() - 2)
        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  /** Every window at once: a book instead of a sentence would take hundreds of gigabytes. */
  private void requireMemory(ModelConfig config, long windows) {
    double needed = MemoryEstimate.trainingBytes(config, Math.max(windows, 1), sequenceLength);
    double there =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    if (needed > there) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "training on all %,d windows at once takes about %,.0f GB and this machine has"
                  + " %,.0f GB; give a shorter --text, or less --layers, --hidden or"
                  + " --sequence-length",
              windows,
              needed / 1e9,
              there / 1e9));
    }
  }

  private RunConfig describe(ModelConfig config, Windows windows, String sentence) {
    return new RunConfig(
        Version.current(),
        "lstm",
        config.layers(),
        config.hiddenSize(),
        config.classes(),
        sequenceLength,
        windows.count(),
        learningRate,
        steps,
        seed,
        sentence.codePointCount(0, sentence.length()),
        sha256(sentence),
        initFrom == null ? null : initFrom.toString());
  }

  private static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
