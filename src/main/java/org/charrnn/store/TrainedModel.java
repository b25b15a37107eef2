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
import org.charrnn.store.RunCheckpoints.TrainingProgress;
import org.charrnn.text.Vocabulary;
import org.tensorflow.ndarray.Shape;

/**
 * A model to use: what it was trained with, what it knows, its weights.
 *
 * <p>A run may be trained while its model is used: if the best checkpoint goes before it is read,
 * the one that is the best then is read. What is replaced by a model of another text or network
 * meanwhile is not read.
 *
 * @param prefix of the checkpoint with its weights
 * @param source what it was opened by
 */
public record TrainedModel(RunConfig config, Vocabulary vocabulary, Path prefix, Path source) {

  /** Reads something of a model. */
  private interface Reader<T> {
    T read(TrainedModel model) throws IOException;
  }

  /** A model of which nothing else is read if the checkpoint goes. */
  public TrainedModel(RunConfig config, Vocabulary vocabulary, Path prefix) {
    this(config, vocabulary, prefix, prefix);
  }

  /**
   * Opens a model.
   *
   * @param path a run (its best checkpoint is taken), one checkpoint of a run, or a SavedModel of
   *     ours, which Python may have saved again
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
    if (SavedModelDirectory.is(path)) {
      return SavedModelDirectory.open(path);
    }
    throw new InputException(
        Files.notExists(path)
            ? "there is no " + path + AtomicFiles.tellOfReplaced(path)
            : Files.isDirectory(path.resolve("checkpoints"))
                ? path + " is a run that has lost its config.json"
                : Files.isDirectory(path.resolve("variables"))
                    ? path + " is a SavedModel that has lost its saved_model.pb"
                    : path + " is neither a run, nor a checkpoint of one, nor its saved_model");
  }

  /** Whether a path is what {@link #open} opens. */
  public static boolean isModel(Path path) {
    return RunDirectory.isRun(path)
        || RunCheckpoints.isCheckpoint(path)
        || SavedModelDirectory.is(path);
  }

  private static TrainedModel ofCheckpoint(RunDirectory run, Path checkpoint, Path source) {
    return new TrainedModel(run.config(), run.vocabulary(), checkpoint.resolve("model"), source);
  }

  /** How far the training was; empty for a SavedModel, which does not tell. */
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
   * Tells the names and shapes of all that is stored, the optimizer's own variables too, in order
   * of their names.
   *
   * @throws InputException if the files are damaged or not there
   */
  public Map<String, Shape> variables() {
    return read(model -> Checkpoint.shapes(model.prefix));
  }

  /**
   * Reads weights.
   *
   * @param shapes name and shape of each
   * @throws InputException if the model has others, or its files are damaged
   */
  public List<VariableValue> weights(Map<String, Shape> shapes) {
    return read(
        model -> {
          try {
            return InitialWeights.read(model.prefix, shapes);
          } catch (InputException e) {
            Path directory = model.prefix.toAbsolutePath().getParent();
            throw RunCheckpoints.isCheckpoint(directory)
                ? RunCheckpoints.giveAnother(model.prefix.getParent(), e.getMessage(), e)
                : e;
          }
        });
  }

  /**
   * Reads all weights.
   *
   * @throws InputException if the files are damaged or of another model
   */
  public List<VariableValue> weights() {
    return weights(config.model().weightShapes());
  }

  /** Reads from the checkpoint that is the best by now, should the one that was have gone. */
  private <T> T read(Reader<T> reader) {
    T value;
    try {
      value = reader.read(this);
    } catch (IOException | InputException e) {
      TrainedModel now = asItIsNow();
      if (now.prefix.equals(prefix)) {
        throw e instanceof InputException told ? told : new InputException(e.getMessage(), e);
      }
      return now.read(reader);
    }
    asItIsNow(); // else it may be of what has come to this one's place
    return value;
  }

  private TrainedModel asItIsNow() {
    if (!isModel(source)) {
      return this;
    }
    TrainedModel now = open(source);
    if (!isLike(now)) {
      throw new InputException(source + " was replaced by another model; run this again");
    }
    return now;
  }

  private boolean isLike(TrainedModel other) {
    return config.model().equals(other.config.model())
        && config.text().equals(other.config.text())
        && vocabulary.tokens().equals(other.vocabulary.tokens());
  }

  /**
   * Writes the model as a SavedModel, in place of one that may be there.
   *
   * @param directory is made, with what is above it
   * @throws InputException if something else is there, or the model's own files are damaged
   * @throws IOException if it cannot be written
   */
  public void export(Path directory) throws IOException {
    SavedModelDirectory.requireFree(directory);
    List<VariableValue> weights = weights();
    Path place = directory.toAbsolutePath().normalize();
    Files.createDirectories(place.getParent());
    SavedModelDirectory.write(place, config, vocabulary, weights);
  }
}
