package org.charrnn.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.InferenceModel;
import org.charrnn.model.ModelConfig;
import org.charrnn.text.Vocabulary;

/**
 * One training run on disk.
 *
 * <pre>
 * config.json       the numbers it was made with
 * vocabulary.json   the characters, in the order of their ids
 * history.csv       the loss of every step
 * checkpoints/      step-N/model: weights and Adam's moments, under the original's names
 * saved_model/      the network for Python and everybody else
 * </pre>
 */
public final class RunDirectory {
  private static final String CONFIG = "config.json";
  private static final String VOCABULARY = "vocabulary.json";
  private static final String HISTORY = "history.csv";
  private static final String CHECKPOINTS = "checkpoints";
  private static final String SAVED_MODEL = "saved_model";
  private static final List<String> ENTRIES =
      List.of(SAVED_MODEL, CHECKPOINTS, HISTORY, VOCABULARY, CONFIG);

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path path;
  private final byte[] vocabulary;
  private final Optional<Path> earlierRun;

  private RunDirectory(Path path, byte[] vocabulary, Optional<Path> earlierRun) {
    this.path = path;
    this.vocabulary = vocabulary;
    this.earlierRun = earlierRun;
  }

  /**
   * Makes the directory, or takes one that is there. What an earlier run left in it is moved into
   * {@code previous-N}, so nothing is lost.
   *
   * @throws InputException if the path, or a part of it, is a file, or cannot be written
   * @throws IOException if the directory cannot be written
   */
  public static RunDirectory create(Path path, RunConfig config, Vocabulary vocabulary)
      throws IOException {
    boolean isNew = Files.notExists(path);
    createDirectories(path);
    if (!Files.isWritable(path)) {
      throw new InputException("cannot write into " + path + "; choose another --run");
    }
    try {
      Optional<Path> earlierRun = moveEarlierRun(path);
      byte[] vocabularyJson = json(vocabulary.characters());
      AtomicFiles.writeFile(path.resolve(CONFIG), json(config));
      AtomicFiles.writeFile(path.resolve(VOCABULARY), vocabularyJson);
      return new RunDirectory(path, vocabularyJson, earlierRun);
    } catch (IOException e) {
      if (isNew) {
        Files.deleteIfExists(path.resolve(CONFIG));
        Files.delete(path);
      }
      throw e;
    }
  }

  private static void createDirectories(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      for (Path part = path; part != null; part = part.getParent()) {
        if (Files.exists(part, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(part)) {
          throw new InputException(
              "cannot make the directory %s: %s is a file; choose another --run"
                  .formatted(path, part),
              e);
        }
      }
      throw new InputException("cannot make the directory " + path + "; choose another --run", e);
    }
  }

  private static Optional<Path> moveEarlierRun(Path path) throws IOException {
    List<String> there =
        ENTRIES.stream()
            .filter(entry -> Files.exists(path.resolve(entry), LinkOption.NOFOLLOW_LINKS))
            .toList();
    if (there.isEmpty()) {
      return Optional.empty();
    }
    int number = 1;
    while (Files.exists(path.resolve("previous-" + number))) {
      number++;
    }
    Path previous = Files.createDirectory(path.resolve("previous-" + number));
    for (String entry : there) {
      Files.move(path.resolve(entry), previous.resolve(entry));
    }
    return Optional.of(previous);
  }

  /** Where an earlier run was moved to, if there was one. */
  public Optional<Path> earlierRun() {
    return earlierRun;
  }

  /** Where the SavedModel is, once it is written. */
  public Path savedModel() {
    return path.resolve(SAVED_MODEL);
  }

  /** Writes the loss of each step, in nats, counted from step 0. */
  public void writeHistory(List<Float> losses) throws IOException {
    StringBuilder csv = new StringBuilder("step,mean_loss_nats\n");
    for (int step = 0; step < losses.size(); step++) {
      csv.append(step).append(',').append(losses.get(step)).append('\n');
    }
    AtomicFiles.writeFile(path.resolve(HISTORY), csv.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a checkpoint.
   *
   * @param steps how many steps made it
   */
  public void writeCheckpoint(int steps, List<VariableValue> variables) throws IOException {
    Files.createDirectories(path.resolve(CHECKPOINTS));
    AtomicFiles.writeDirectory(
        path.resolve(CHECKPOINTS).resolve("step-" + steps),
        directory -> Checkpoint.write(directory.resolve("model"), variables));
  }

  /** Writes the SavedModel. */
  public void writeSavedModel(ModelConfig config, List<VariableValue> weights) throws IOException {
    AtomicFiles.writeDirectory(
        savedModel(),
        directory ->
            InferenceModel.export(directory, config, weights, Map.of(VOCABULARY, vocabulary)));
  }

  private static byte[] json(Object value) {
    try {
      return (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // plain records and lists always can be written
    }
  }
}
