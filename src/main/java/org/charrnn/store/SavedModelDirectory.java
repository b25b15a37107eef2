package org.charrnn.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.StringValue;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.InferenceModel;
import org.charrnn.text.Vocabulary;

/** A SavedModel on disk. */
final class SavedModelDirectory {
  private static final String GRAPH = "saved_model.pb";
  private static final String WEIGHTS = "variables/variables";
  private static final String CONFIG = "config.json";
  private static final String VOCABULARY = "vocabulary.json";

  private SavedModelDirectory() {}

  /** Whether a path is a SavedModel. */
  static boolean is(Path path) {
    return Files.isRegularFile(path.resolve(GRAPH));
  }

  /**
   * Writes a SavedModel, in place of an earlier one.
   *
   * @throws IOException if it cannot be written; an earlier one stays
   */
  static void write(Path path, RunConfig config, Vocabulary vocabulary, List<VariableValue> weights)
      throws IOException {
    byte[] json = Json.write(config);
    AtomicFiles.writeDirectory(
        path,
        directory ->
            InferenceModel.export(
                directory,
                config.model(),
                vocabulary,
                weights,
                new String(json, StandardCharsets.UTF_8),
                Map.of(VOCABULARY, Json.write(vocabulary.tokens()), CONFIG, json)));
  }

  /**
   * Makes sure that a SavedModel may be written to a place.
   *
   * @throws InputException if something else is there
   */
  static void requireFree(Path path) throws IOException {
    if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS) || is(path)) {
      return;
    }
    if (Files.isDirectory(path)) {
      try (Stream<Path> entries = Files.list(path)) {
        if (entries.findAny().isEmpty()) {
          return;
        }
      }
    }
    throw new InputException(path + " is there and is no SavedModel; give another place");
  }

  /** Opens a SavedModel, which Python may have saved again. */
  static TrainedModel open(Path path) {
    Path prefix = path.resolve(WEIGHTS);
    try {
      Optional<StringValue> config = Checkpoint.readString(prefix, InferenceModel.CONFIG);
      Optional<StringValue> tokens = Checkpoint.readString(prefix, InferenceModel.VOCABULARY);
      if (config.isPresent() && tokens.isPresent()) {
        byte[] json = config.get().values().get(0).toByteArray();
        RunConfig read = RunConfig.parse(json, "the config of " + path);
        return new TrainedModel(
            read, RunDirectory.vocabulary(tokens.get().texts(), read, path), prefix);
      }
    } catch (IOException e) {
      throw new InputException(e.getMessage(), e);
    }
    return openByAssets(path, prefix);
  }

  /** Version 0.1 kept in files what is in the model now, where Python's saving does not lose it. */
  private static TrainedModel openByAssets(Path path, Path prefix) {
    Path assets = path.resolve("assets");
    RunConfig config = RunConfig.read(assets.resolve(CONFIG));
    return new TrainedModel(
        config, RunDirectory.readVocabulary(assets.resolve(VOCABULARY), config), prefix);
  }
}
