package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.charrnn.cli.TrainOptions.orElse;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.config.TextConfig;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Kernel;
import org.charrnn.model.LabModel;
import org.charrnn.model.ModelConfig;
import org.charrnn.store.EventFile;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.InitialWeights;
import org.charrnn.store.RunCheckpoints.TrainingProgress;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.RunLock;
import org.charrnn.text.Level;
import org.charrnn.text.TextFile;
import org.charrnn.text.TokenIds;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.Windows;
import org.charrnn.train.LabConfig;
import org.charrnn.train.LabTraining;
import org.charrnn.train.LabTraining.DivergedException;
import org.charrnn.train.Listing;
import org.charrnn.train.Progress;
import org.charrnn.train.StopSignal;
import picocli.CommandLine;

/** Trains the lab and saves it. */
final class LabTask {
  private final TrainOptions options;
  private final LabOptions lab;
  private final LabConfig config;
  private final PrintWriter out;
  private final PrintWriter err;

  LabTask(TrainOptions options, LabOptions lab, CommandLine commandLine) {
    this.options = options;
    this.lab = lab;
    this.config =
        new LabConfig(
            orElse(options.sequenceLength, 10),
            orElse(options.learningRate, 0.1f),
            orElse(options.steps, 500),
            orElse(options.seed, 1L));
    this.out = commandLine.getOut();
    this.err = commandLine.getErr();
  }

  void run() throws IOException, DivergedException {
    String sentence =
        lab.text == null ? LabConfig.SENTENCE : withoutLastLineEnd(TextFile.read(lab.text));
    Vocabulary vocabulary = Vocabulary.of(sentence);
    int[] ids = vocabulary.encode(sentence);
    ModelConfig network =
        ModelConfig.lab(
            vocabulary.size(),
            orElse(options.hidden, vocabulary.size()),
            orElse(options.layers, 2));
    Memory.require(network, ids.length - config.sequenceLength(), config.sequenceLength());
    Windows windows = Windows.of(ids, config.sequenceLength());

    BatchShape shape = new BatchShape(windows.count(), windows.sequenceLength());
    Kernel kernel = options.kernel.resolve(shape, Kernel.Kind.OPS, options.session.settings());
    Memory.require(network, shape, kernel);
    options.session.tell(err, "kernel " + kernel);

    try (LabModel model =
        new LabModel(
            network,
            windows,
            kernel,
            config.learningRate(),
            config.seed(),
            options.session.settings())) {
      if (options.initFrom != null) {
        model.setWeights(InitialWeights.read(options.initFrom, model.weightShapes()));
      }
      Path path = orElse(options.run, Path.of("runs/lab-12-4"));
      try (RunLock lock = RunLock.take(path)) {
        RunDirectory directory =
            RunDirectory.create(lock.run(), describe(network, windows, kernel, ids), vocabulary);
        directory
            .earlierRun()
            .ifPresent(moved -> err.println("charrnn: moved the earlier run to " + moved));
        train(vocabulary, windows, model, directory);
      }
    }
  }

  private void train(Vocabulary vocabulary, Windows windows, LabModel model, RunDirectory directory)
      throws IOException, DivergedException {
    Listing printed =
        new Listing(out, orElse(lab.listing, Listing.Mode.SUMMARY), vocabulary, config.steps());
    try (StopSignal stop = new StopSignal()) {
      List<Float> losses;
      try (Progress progress = Progress.start("train", config.steps());
          EventFile events = directory.newEventFile()) {
        losses = LabTraining.run(model, windows, config.steps(), printed, progress, stop, events);
      }
      directory.writeHistory(history(losses));
      directory
          .checkpoints()
          .write(new TrainingProgress(losses.size(), 0, null, 0), model.weightsAndSlots());
      directory.writeSavedModel(model.weights());
      err.println(
          "charrnn: %s %d steps, saved %s"
              .formatted(
                  stop.requested() ? "stopped after" : "trained",
                  losses.size(),
                  directory.savedModel()));
    }
  }

  private static List<HistoryRow> history(List<Float> losses) {
    return IntStream.range(0, losses.size())
        .mapToObj(step -> HistoryRow.ofLab(step, losses.get(step)))
        .toList();
  }

  private static String withoutLastLineEnd(String text) {
    return text.endsWith("\r\n")
        ? text.substring(0, text.length() - 2)
        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private RunConfig describe(ModelConfig network, Windows windows, Kernel kernel, int[] ids) {
    TokenIds text = new TokenIds(network.classes());
    for (int id : ids) {
      text.add(id);
    }
    return new RunConfig(
        Version.current(),
        network,
        new TextConfig(
            Level.CHARACTER,
            false,
            lab.text == null ? List.of() : List.of(lab.text.toString()),
            UTF_8.name(),
            "report",
            ids.length,
            text.sha256()),
        config.training(windows.count()),
        kernel,
        options.initFrom == null ? null : options.initFrom.toString());
  }
}
