package org.charrnn.store;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.InputException;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.StringValue;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.export.SavedModelExport;
import org.charrnn.text.Vocabulary;

/** A SavedModel on disk. */
final class SavedModelDirectory {
  private static final String GRAPH = "saved_model.pb";
  private static final String WEIGHTS = "variables/variables";
  private static final String CONFIG = "config.json";
  private static final String VOCABULARY = "vocabulary.json";
  private static final String SUMS = "assets/SHA256SUMS";

  /** What TensorFlow keeps no checksums of. */
  private static final List<String> SUMMED =
      List.of(GRAPH, "assets/" + CONFIG, "assets/" + VOCABULARY);

  /** What Python writes with a model, perhaps over one of ours. */
  private static final String FINGERPRINT = "fingerprint.pb";

  /** What Python and we write into one. */
  private static final Pattern PARTS =
      Pattern.compile(
          "|saved_model.pb|fingerprint.pb|variables(/variables[.].*)?"
              + "|assets(/((config|vocabulary).json|SHA256SUMS))?");

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
    byte[] json = Json.write(RunConfigJson.write(config));
    AtomicFiles.writeDirectory(
        path,
        directory -> {
          SavedModelExport.write(
              directory,
              config.model(),
              vocabulary,
              weights,
              new String(json, StandardCharsets.UTF_8),
              Map.of(VOCABULARY, Json.write(vocabulary.tokens()), CONFIG, json));
          FileSums.write(directory, directory.resolve(SUMS), SUMMED);
        });
  }

  /**
   * Makes sure that a SavedModel may be written to a place: that nothing is there but an earlier
   * model of ours.
   *
   * @throws InputException if something else is there, which would be lost
   */
  static void requireFree(Path path) throws IOException {
    if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(path) || !(is(path) || PathUtils.isEmptyDirectory(path))) {
      throw taken(path, "is there and is no SavedModel");
    }
    try (Stream<Path> files = Files.walk(path)) {
      Optional<Path> foreign =
          files.map(path::relativize).filter(file -> !isPart(file)).sorted().findFirst();
      if (foreign.isPresent()) {
        throw taken(path, "holds " + foreign.get() + ", which would be lost");
      }
    }
    if (is(path) && !isOurs(path)) {
      throw taken(path, "is a SavedModel that is not of charrnn");
    }
  }

  private static boolean isPart(Path file) {
    return PARTS.matcher(file.toString().replace(File.separatorChar, '/')).matches();
  }

  private static boolean isOurs(Path path) {
    try {
      return open(path) != null;
    } catch (InputException e) {
      return false;
    }
  }

  private static InputException taken(Path path, String what) {
    return new InputException(path + " " + what + "; give another place");
  }

  /**
   * Opens a SavedModel, which Python may have saved again.
   *
   * @throws InputException if it is none of ours, or damaged
   */
  static TrainedModel open(Path path) {
    Path prefix = path.resolve(WEIGHTS);
    Path sums = path.resolve(SUMS);
    if (Files.exists(sums) && Files.notExists(path.resolve(FINGERPRINT))) {
      FileSums.require(path, sums, SUMMED);
    }
    try {
      Optional<StringValue> config = Checkpoint.readString(prefix, SavedModelExport.CONFIG);
      Optional<StringValue> tokens = Checkpoint.readString(prefix, SavedModelExport.VOCABULARY);
      if (config.isPresent() && tokens.isPresent()) {
        if (config.get().values().size() != 1) {
          throw new InputException("the config of " + path + " is damaged: it is no single text");
        }
        byte[] json = config.get().values().get(0).toByteArray();
        RunConfig read = RunConfigJson.parse(json, "the config of " + path);
        return new TrainedModel(
            read, RunDirectory.vocabulary(tokens.get().texts(), read, path), prefix, path);
      }
    } catch (IOException e) {
      throw new InputException(e.getMessage(), e);
    }
    return openByAssets(path, prefix);
  }

  /** Version 0.1 kept in files what is in the model now, where Python's saving does not lose it. */
  private static TrainedModel openByAssets(Path path, Path prefix) {
    Path assets = path.resolve("assets");
    Path file = assets.resolve(CONFIG);
    RunConfig config = RunConfigJson.parse(Json.bytes(file), file);
    Path tokens = assets.resolve(VOCABULARY);
    return new TrainedModel(
        config, RunDirectory.readVocabulary(Json.bytes(tokens), config, tokens), prefix, path);
  }
}
