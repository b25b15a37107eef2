package org.charrnn.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.tensorflow.ndarray.Shape;

/** Reads initial weights from a checkpoint whose variables have TensorFlow 1's names. */
public final class InitialWeights {
  private static final String INDEX = ".index";

  private InitialWeights() {}

  /**
   * Reads the weights of a model.
   *
   * @param checkpoint prefix of a checkpoint's files, a directory with a single checkpoint, or a
   *     path that {@link TrainedModel#open} opens
   * @param shapes name and shape of each weight of the model
   * @throws InputException if there is no checkpoint, or it is of another model; the message lists
   *     all differences
   */
  public static List<VariableValue> read(Path checkpoint, Map<String, Shape> shapes) {
    try {
      Path prefix = prefix(checkpoint);
      Map<String, Shape> saved = Checkpoint.shapes(prefix);
      List<String> differences = new ArrayList<>();
      shapes.forEach(
          (name, shape) -> {
            if (!saved.containsKey(name)) {
              differences.add(name + " is missing");
            } else if (!saved.get(name).equals(shape)) {
              differences.add(
                  "%s has shape %s, expected %s".formatted(name, saved.get(name), shape));
            }
          });
      if (!differences.isEmpty()) {
        throw new InputException(
            "the checkpoint %s is of another model: %s; use the text and the settings that it was"
                    .formatted(prefix, String.join(", ", differences))
                + " trained with");
      }
      return Checkpoint.read(prefix, List.copyOf(shapes.keySet()));
    } catch (IOException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  private static Path prefix(Path checkpoint) throws IOException {
    if (TrainedModel.isModel(checkpoint)) {
      return TrainedModel.open(checkpoint).prefix();
    }
    if (!Files.isDirectory(checkpoint)) {
      return withoutIndex(checkpoint);
    }
    try (Stream<Path> files = Files.list(checkpoint)) {
      List<Path> indexes = files.filter(file -> file.toString().endsWith(INDEX)).toList();
      if (indexes.size() != 1) {
        throw new InputException(
            "the directory %s has %d checkpoints; use the prefix of one"
                .formatted(checkpoint, indexes.size()));
      }
      return withoutIndex(indexes.get(0));
    }
  }

  private static Path withoutIndex(Path path) {
    String text = path.toString();
    return text.endsWith(INDEX) ? Path.of(text.substring(0, text.length() - INDEX.length())) : path;
  }
}
