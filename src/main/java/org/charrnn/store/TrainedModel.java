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
import org.charrnn.model.InferenceModel;
import org.charrnn.store.RunCheckpoints.TrainingProgress;
import org.charrnn.text.Vocabulary;
import org.tensorflow.ndarray.Shape;

/**
 * A model to use: what it was trained with, what it knows, its weights.
 *
 * @param prefix of the checkpoint with its weights
 */
public record TrainedModel(RunConfig config, Vocabulary vocabulary, Path prefix) {

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
      return ofCheckpoint(run, run.checkpoints().best());
    }
    if (RunCheckpoints.isCheckpoint(path)) {
      return ofCheckpoint(RunDirectory.open(RunCheckpoints.runOf(path)), path);
    }
    if (SavedModelDirectory.is(path)) {
      return SavedModelDirectory.open(path);
    }
    throw new InputException(
        Files.notExists(path)
            ? "there is no " + path
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

  private static TrainedModel ofCheckpoint(RunDirectory run, Path checkpoint) {
    return new TrainedModel(run.config(), run.vocabulary(), checkpoint.resolve("model"));
  }

  /** How far the training was; empty for a SavedModel, which does not tell. */
  public Optional<TrainingProgress> progress() {
    Path checkpoint = prefix.toAbsolutePath().getParent();
    return RunCheckpoints.isCheckpoint(checkpoint)
        ? Optional.of(RunCheckpoints.progress(checkpoint))
        : Optional.empty();
  }

  /**
   * Tells the names and shapes of all that is stored, the optimizer's own variables too, in order
   * of their names.
   *
   * @throws InputException if the files are damaged or not there
   */
  public Map<String, Shape> variables() {
    try {
      return Checkpoint.shapes(prefix);
    } catch (IOException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  /**
   * Reads weights.
   *
   * @param shapes name and shape of each
   * @throws InputException if the model has others, or its files are damaged
   */
  public List<VariableValue> weights(Map<String, Shape> shapes) {
    try {
      return InitialWeights.read(prefix, shapes);
    } catch (InputException e) {
      Path directory = prefix.toAbsolutePath().getParent();
      throw RunCheckpoints.isCheckpoint(directory)
          ? RunCheckpoints.giveAnother(prefix.getParent(), e.getMessage(), e)
          : e;
    }
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
    List<VariableValue> weights = weights(InferenceModel.weightShapes(config.model()));
    Path place = directory.toAbsolutePath().normalize();
    Files.createDirectories(place.getParent());
    SavedModelDirectory.write(place, config, vocabulary, weights);
  }
}
