package org.charrnn.cli;

import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that the lab and a char-rnn share; null where a person gave none. */
final class TrainOptions {
  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Cells on top of one another, 1 to 100 (default: 2).")
  Integer layers;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      description =
          "Features of each cell (default: in the lab as many as the text has"
              + " characters, else 128).")
  Integer hidden;

  @Option(
      names = "--sequence-length",
      paramLabel = "N",
      description = "Characters in a window (default: in the lab 10, else 50).")
  Integer sequenceLength;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "Adam's learning rate (default: in the lab 0.1, else 0.002).")
  Float learningRate;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Batches to train on (default: in the lab 500, each of all windows; else as"
              + " --epochs says).")
  Integer steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Decides all that is drawn: the first weights, what is dropped, the samples (default: 1).")
  Long seed;

  @Option(
      names = "--init-from",
      paramLabel = "MODEL",
      description =
          "Start from the weights of a run, its checkpoint or its SavedModel, or of a checkpoint of"
              + " TensorFlow's with the lab's names: the prefix of its files, or a directory that"
              + " holds just one.")
  Path initFrom;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description =
          "Where everything goes (default: runs/lab-12-4, or runs/char-rnn). What an"
              + " earlier run left there is moved into DIR/previous-N.")
  Path run;

  @Mixin KernelOptions kernel = new KernelOptions();

  @Mixin SessionOptions session = new SessionOptions();

  @Mixin EngineOptions engine = new EngineOptions();

  static <T> T orElse(T given, T otherwise) {
    return given == null ? otherwise : given;
  }
}
