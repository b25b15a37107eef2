package org.charrnn.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.store.files.AtomicFiles;
import org.charrnn.store.files.Durable;
import org.charrnn.text.Vocabulary;
import org.tensorflow.ndarray.Shape;

/**
 * A trained model on disk: its configuration, its vocabulary and its weights, which are read when
 * they are needed.
 *
 * <p>The run may still be training. If the best checkpoint is deleted before it is read, the new
 * best checkpoint is read. It is an error if the model has been replaced by one of another text or
 * network.
 *
 * @param prefix of the files of the checkpoint with the weights
 * @param source path that the model was opened from
 */
public record TrainedModel(RunConfig config, Vocabulary vocabulary, Path prefix, Path source) {

  /** Reads a part of a model. */
  private interface Reader<T> {
    T read(TrainedModel model) throws IOException;
  }

  /**
   * Opens a model.
   *
   * @param path a run, whose best checkpoint is used; a checkpoint of a run; or a SavedModel of
   *     this program, which Python may have saved again
   * @throws InputException if it is none of these, or damaged
   */
  public static TrainedModel open(Path path) {
    if (RunDirectory.isRun(path)) {
      RunDirectory run = RunDirectory.open(path);
      return ofCheckpoint(run, run.checkpoints().best(), path);
    }
    if (RunCheckpoints.isCheckpoint(path)) {
      return ofCheckpoint(RunDirectory.open(RunCheckpoints.runOf(path)), path, path);
    }
    if (SavedModelDirectory.isSavedModel(path)) {
      return SavedModelDirectory.open(path);
    }
    throw new InputException(
        Files.notExists(path)
            ? "there is no " + path + AtomicFiles.recoveryHint(path)
            : Files.isDirectory(path.resolve(RunCheckpoints.CHECKPOINTS))
                ? path + " is a run without its config.json"
                : Files.isDirectory(path.resolve("variables"))
                    ? path + " is a SavedModel without its saved_model.pb"
                    : path
                        + " is neither a run, nor a checkpoint of a run, nor a SavedModel"
                        + PreviousRuns.hint(path));
  }

  /** Whether a path is something that {@link #open} opens. */
  public static boolean isModel(Path path) {
    return RunDirectory.isRun(path)
        || RunCheckpoints.isCheckpoint(path)
        || SavedModelDirectory.isSavedModel(path);
  }

  /**
   * The run of the model, in whose directory it is; empty for a SavedModel elsewhere.
   *
   * @throws InputException if a file of the run is damaged
   */
  public Optional<RunDirectory> run() {
    if (RunDirectory.isRun(source)) {
      return Optional.of(RunDirectory.open(source));
    }
    if (RunCheckpoints.isCheckpoint(source)) {
      return Optional.of(RunDirectory.open(RunCheckpoints.runOf(source)));
    }
    Path parent = source.toAbsolutePath().normalize().getParent();
    return parent != null && RunDirectory.isRun(parent)
        ? Optional.of(RunDirectory.open(parent))
            .filter(run -> config.text().sha256().equals(run.config().text().sha256()))
        : Optional.empty();
  }

  private static TrainedModel ofCheckpoint(RunDirectory run, Path checkpoint, Path source) {
    return new TrainedModel(
        run.config(), run.vocabulary(), checkpoint.resolve(RunCheckpoints.MODEL), source);
  }

  /** Reads the progress of the training; empty for a SavedModel, which does not have it. */
  public Optional<TrainingProgress> progress() {
    return read(
        model -> {
          Path checkpoint = model.prefix.toAbsolutePath().getParent();
          return RunCheckpoints.isCheckpoint(checkpoint)
              ? Optional.of(RunCheckpoints.progress(checkpoint))
              : Optional.empty();
        });
  }

  /**
   * Reads the names and shapes of all variables, including those of the optimizer, sorted by name.
   *
   * @throws InputException if files are damaged or missing
   */
  public Map<String, Shape> variables() {
    return read(model -> Checkpoint.shapes(model.prefix));
  }

  /**
   * Reads some variables.
   *
   * @param shapes name and shape of each
   * @throws InputException if the model does not have them in these shapes, or files are damaged
   */
  public List<VariableValue> weights(Map<String, Shape> shapes) {
    return read(
        model -> {
          try {
            return InitialWeights.read(model.prefix, shapes);
          } catch (InputException e) {
            Path directory = model.prefix.resolveSibling("");
            throw RunCheckpoints.isCheckpoint(directory)
                ? RunCheckpoints.withOtherCheckpoints(directory, e.getMessage(), e)
                : e;
          }
        });
  }

  /**
   * Reads all weights of the network.
   *
   * @throws InputException if files are damaged or of another model
   */
  public List<VariableValue> weights() {
    return weights(config.model().weightShapes());
  }

  /** Reads from the new best checkpoint if this one has been deleted. */
  private <T> T read(Reader<T> reader) {
    T value;
    try {
      value = reader.read(this);
    } catch (IOException | InputException e) {
      TrainedModel now = reopen();
      if (now.prefix.equals(prefix)) {
        throw e instanceof InputException input ? input : new InputException(e.getMessage(), e);
      }
      return now.read(reader);
    }
    reopen(); // throws if the value may be of a model that has replaced this one
    return value;
  }

  private TrainedModel reopen() {
    if (!isModel(source)) {
      return this;
    }
    TrainedModel now = open(source);
    if (!isSameNetwork(now)) {
      throw new InputException(source + " was replaced by another model; run this again");
    }
    return now;
  }

  private boolean isSameNetwork(TrainedModel other) {
    return config.model().equals(other.config.model())
        && config.text().sha256().equals(other.config.text().sha256())
        && vocabulary.tokens().equals(other.vocabulary.tokens());
  }

  /**
   * Writes the model as a SavedModel, replacing an existing one of this program.
   *
   * @param directory created, with its parents, if it does not exist
   * @throws InputException if the path holds anything else, or files of the model are damaged
   * @throws IOException if it cannot be written
   */
  public void export(Path directory) throws IOException {
    SavedModelDirectory.requireReplaceable(directory);
    List<VariableValue> weights = weights();
    Path absolute = directory.toAbsolutePath().normalize();
    Durable.createDirectories(absolute.getParent());
    SavedModelDirectory.write(absolute, config, vocabulary, weights);
  }
}
