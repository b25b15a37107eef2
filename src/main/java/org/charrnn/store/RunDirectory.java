package org.charrnn.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.text.Vocabulary;

/**
 * One training run on disk.
 *
 * <pre>
 * config.json       the numbers it was made with, and checksums of itself and the vocabulary
 * vocabulary.json   the characters, in the order of their ids
 * history.csv       the loss, step by step
 * events.out.tfevents.*  the same for TensorBoard; a file for each time the run was started
 * learning-curve.png  a picture of it, if somebody had it drawn
 * checkpoints/      step-N/model: weights and Adam's moments, under the original's names; latest
 *                   and best name one
 * saved_model/      the network for Python and everybody else
 * </pre>
 */
public final class RunDirectory {
  private static final String CONFIG = "config.json";
  private static final String VOCABULARY = "vocabulary.json";
  private static final String HISTORY = "history.csv";
  private static final String LEARNING_CURVE = "learning-curve.png";
  private static final String SAVED_MODEL = "saved_model";
  private static final List<String> ENTRIES =
      List.of(SAVED_MODEL, RunCheckpoints.CHECKPOINTS, LEARNING_CURVE, HISTORY, VOCABULARY, CONFIG);

  private final Path path;
  private final RunConfig config;
  private final Vocabulary vocabulary;
  private final Optional<Path> earlierRun;

  private RunDirectory(
      Path path, RunConfig config, Vocabulary vocabulary, Optional<Path> earlierRun) {
    this.path = path;
    this.config = config;
    this.vocabulary = vocabulary;
    this.earlierRun = earlierRun;
  }

  /**
   * Makes the directory, or takes one that is there. What an earlier run left in it is moved into
   * {@code previous-N}, so nothing is lost. Where others may train, too, take its {@link RunLock}
   * first.
   *
   * @throws InputException if the path, or a part of it, is a file, or cannot be written
   * @throws IOException if the directory cannot be written
   */
  public static RunDirectory create(Path path, RunConfig config, Vocabulary vocabulary)
      throws IOException {
    makeDirectory(path);
    clearLeftovers(path);
    Optional<Path> earlierRun = moveEarlierRun(path);
    RunDirectory run = new RunDirectory(path, config, vocabulary, earlierRun);
    run.writeConfig();
    try {
      AtomicFiles.writeFile(path.resolve(VOCABULARY), Json.write(vocabulary.tokens()));
      return run;
    } catch (IOException e) {
      Files.delete(path.resolve(CONFIG));
      throw e;
    }
  }

  private void writeConfig() throws IOException {
    AtomicFiles.writeFile(
        path.resolve(CONFIG),
        Checksums.write(
            RunConfigJson.write(config),
            CONFIG,
            Map.of(VOCABULARY, Json.write(vocabulary.tokens()))));
  }

  /**
   * Opens a run that is there.
   *
   * @throws InputException if it is none, or a file of it is damaged
   */
  public static RunDirectory open(Path path) {
    if (!isRun(path)) {
      throw new InputException(
          Files.exists(path)
              ? path + " is no run: it has no " + CONFIG
              : "there is no run " + path + AtomicFiles.tellOfReplaced(path));
    }
    Path file = path.resolve(CONFIG);
    byte[] json = Json.bytes(file);
    RunConfig config = RunConfigJson.parse(json, file);
    JsonNode sums = Checksums.require(json, file);
    Path tokensFile = path.resolve(VOCABULARY);
    byte[] tokens = Json.bytes(tokensFile);
    Vocabulary vocabulary = readVocabulary(tokens, config, tokensFile);
    Checksums.requireSame(sums, tokens, tokensFile);
    return new RunDirectory(path, config, vocabulary, Optional.empty());
  }

  /** Whether a path is a run's directory. */
  static boolean isRun(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG));
  }

  /** Reads the content of a {@code vocabulary.json}. */
  static Vocabulary readVocabulary(byte[] json, RunConfig config, Path source) {
    return vocabulary(Arrays.asList(Json.parse(json, String[].class, source)), config, source);
  }

  /**
   * Returns the vocabulary that a model was trained with.
   *
   * @param source where the tokens are from, which a message names
   */
  static Vocabulary vocabulary(List<String> tokens, RunConfig config, Path source) {
    if (tokens.size() != config.model().classes()) {
      throw new InputException(
          "%s has %d tokens, but the model has %d classes; they are of different runs"
              .formatted(source, tokens.size(), config.model().classes()));
    }
    try {
      return Vocabulary.of(config.text().level(), tokens, config.text().unknown());
    } catch (IllegalArgumentException e) {
      throw new InputException(source + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Makes a directory, with what is above it, unless it is there.
   *
   * @throws InputException if that cannot be, or nothing can be written into it
   */
  static void makeDirectory(Path path) {
    createDirectories(path);
    if (!Files.isWritable(path)) {
      throw new InputException("cannot write into " + path + "; choose another --run");
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
        Stream.concat(EventFile.names(path).stream(), ENTRIES.stream())
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

  /**
   * Finishes what a training that was killed could not: puts back what it was replacing, deletes
   * what it left half-written, names its last checkpoint. For who has the run's {@link RunLock}.
   *
   * @throws IOException if that cannot be
   */
  public void recover() throws IOException {
    clearLeftovers(path);
    checkpoints().renewPointers();
  }

  private static void clearLeftovers(Path path) throws IOException {
    AtomicFiles.clearLeftovers(path);
    AtomicFiles.clearLeftovers(path.resolve(RunCheckpoints.CHECKPOINTS));
  }

  /** Writes other numbers into the run, such as more steps to go on for. */
  public RunDirectory withConfig(RunConfig newConfig) throws IOException {
    RunDirectory run = new RunDirectory(path, newConfig, vocabulary, earlierRun);
    run.writeConfig();
    return run;
  }

  /** The numbers the run was made with. */
  public RunConfig config() {
    return config;
  }

  /** The tokens that the run's model knows. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** The run's checkpoints. */
  public RunCheckpoints checkpoints() {
    return new RunCheckpoints(path.resolve(RunCheckpoints.CHECKPOINTS));
  }

  /** Where the history is, once there is one. */
  public Path history() {
    return path.resolve(HISTORY);
  }

  /** Writes the history, in place of an earlier one. */
  public void writeHistory(List<HistoryRow> rows) throws IOException {
    HistoryFile.write(history(), rows);
  }

  /**
   * Reads the history; no rows if there is none yet.
   *
   * @throws InputException if it is damaged
   */
  public List<HistoryRow> readHistory() throws IOException {
    return Files.exists(history()) ? HistoryFile.read(history()) : List.of();
  }

  /** Where a picture of the history is, if somebody had it drawn. */
  public Path learningCurve() {
    return path.resolve(LEARNING_CURVE);
  }

  /** Starts a file of events for TensorBoard, which the caller closes. */
  public EventFile newEventFile() throws IOException {
    return EventFile.create(path);
  }

  /** Writes the SavedModel, in place of an earlier one. */
  public void writeSavedModel(List<VariableValue> weights) throws IOException {
    SavedModelDirectory.write(savedModel(), config, vocabulary, weights);
  }
}
