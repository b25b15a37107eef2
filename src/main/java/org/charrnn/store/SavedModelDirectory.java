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
import org.charrnn.store.files.AtomicFiles;
import org.charrnn.text.Vocabulary;

/** Reads and writes the directory of a SavedModel. */
final class SavedModelDirectory {
  private static final String GRAPH = "saved_model.pb";
  private static final String WEIGHTS = "variables/variables";
  private static final String CONFIG = "config.json";
  private static final String VOCABULARY = "vocabulary.json";
  private static final String CHECKSUMS = "assets/SHA256SUMS";

  /** The files without checksums of TensorFlow. */
  private static final List<String> CHECKED_FILES =
      List.of(GRAPH, "assets/" + CONFIG, "assets/" + VOCABULARY);

  /** Written only by Python, which may have overwritten a model of this program. */
  private static final String FINGERPRINT = "fingerprint.pb";

  /** The files that Python and this program write. */
  private static final Pattern PARTS =
      Pattern.compile(
          "|saved_model.pb|fingerprint.pb|variables(/variables[.].*)?"
              + "|assets(/((config|vocabulary).json|SHA256SUMS))?");

  private SavedModelDirectory() {}

  /** Whether a path is a SavedModel. */
  static boolean isSavedModel(Path path) {
    return Files.isRegularFile(path.resolve(GRAPH));
  }

  /**
   * Writes a SavedModel, replacing an existing one. Its configuration has no paths.
   *
   * @throws IOException if it cannot be written; an existing one is kept
   */
  static void write(Path path, RunConfig config, Vocabulary vocabulary, List<VariableValue> weights)
      throws IOException {
    byte[] json = Json.write(RunConfigJson.write(config.exported()));
    AtomicFiles.writeDirectory(
        path,
        directory -> {
          SavedModelExport.write(
              directory,
              config.model(),
              vocabulary,
              config.text().normalization(),
              weights,
              new String(json, StandardCharsets.UTF_8),
              Map.of(VOCABULARY, Json.write(vocabulary.tokens()), CONFIG, json));
          ChecksumFile.write(directory, directory.resolve(CHECKSUMS), CHECKED_FILES);
        });
  }

  /**
   * Checks that writing a SavedModel to a path loses no data: that the path does not exist, is an
   * empty directory, or is a SavedModel of this program.
   *
   * @throws InputException if it is anything else
   */
  static void requireReplaceable(Path path) throws IOException {
    if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(path) || !(isSavedModel(path) || PathUtils.isEmptyDirectory(path))) {
      throw notReplaceable(path, "exists and is not a SavedModel");
    }
    try (Stream<Path> files = Files.walk(path)) {
      Optional<Path> foreign =
          files.map(path::relativize).filter(file -> !isPart(file)).sorted().findFirst();
      if (foreign.isPresent()) {
        throw notReplaceable(path, "contains " + foreign.get() + ", which would be lost");
      }
    }
    if (isSavedModel(path) && !isModelOfCharrnn(path)) {
      throw notReplaceable(path, "is a SavedModel of another program, or damaged");
    }
  }

  private static boolean isPart(Path file) {
    return PARTS.matcher(file.toString().replace(File.separatorChar, '/')).matches();
  }

  private static boolean isModelOfCharrnn(Path path) {
    try {
      return open(path) != null;
    } catch (InputException e) {
      return false;
    }
  }

  private static InputException notReplaceable(Path path, String problem) {
    return new InputException(path + " " + problem + "; choose another directory");
  }

  /**
   * Opens a SavedModel of this program, which Python may have saved again.
   *
   * @throws InputException if it is of another program, or damaged
   */
  static TrainedModel open(Path path) {
    Path prefix = path.resolve(WEIGHTS);
    Path checksums = path.resolve(CHECKSUMS);
    if (Files.exists(checksums) && Files.notExists(path.resolve(FINGERPRINT))) {
      ChecksumFile.verify(path, checksums, CHECKED_FILES);
    }
    try {
      Optional<StringValue> config = Checkpoint.readString(prefix, SavedModelExport.CONFIG);
      Optional<StringValue> tokens = Checkpoint.readString(prefix, SavedModelExport.VOCABULARY);
      if (config.isPresent() && tokens.isPresent()) {
        if (config.get().values().size() != 1) {
          throw new InputException(
              "the config of " + path + " is damaged: it is not a single string");
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

  /** Early versions stored the config in files, which are lost when Python saves the model. */
  private static TrainedModel openByAssets(Path path, Path prefix) {
    Path assets = path.resolve("assets");
    Path file = assets.resolve(CONFIG);
    RunConfig config = RunConfigJson.parse(Json.bytes(file), file);
    Path tokens = assets.resolve(VOCABULARY);
    return new TrainedModel(
        config, RunDirectory.readVocabulary(Json.bytes(tokens), config, tokens), prefix, path);
  }
}
