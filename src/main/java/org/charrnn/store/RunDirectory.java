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
import org.charrnn.store.events.EventFile;
import org.charrnn.store.files.AtomicFiles;
import org.charrnn.store.files.Durable;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.files.TextLocation;

/**
 * The directory of a training run.
 *
 * <pre>
 * config.json             all settings of the run, and checksums of this file and the vocabulary
 * vocabulary.json         the tokens, in the order of their ids
 * history.csv             the learning curve: losses by step
 * events.out.tfevents.*   the same for TensorBoard; one file each time the training is started
 * learning-curve.png      a plot of the history, if it was plotted
 * checkpoints/            step-N/model: weights and Adam's moments, under TensorFlow 1's names;
 *                         the files latest and best name a checkpoint
 * saved_model/            the network without the optimizer, for Python and other programs
 * previous-N/             an earlier run, or this one with steps that were taken back
 * </pre>
 */
public final class RunDirectory {
  private static final String CONFIG = "config.json";
  private static final String VOCABULARY = "vocabulary.json";
  static final String HISTORY = "history.csv";
  private static final String LEARNING_CURVE = "learning-curve.png";
  private static final String SAVED_MODEL = "saved_model";

  /** Without the first, the others are not a run. */
  private static final List<String> ENTRIES =
      List.of(CONFIG, VOCABULARY, HISTORY, LEARNING_CURVE, RunCheckpoints.CHECKPOINTS, SAVED_MODEL);

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
   * Starts a new run in a directory, which is created if it does not exist. The files of an earlier
   * run in it are moved to {@code previous-N}. If other programs may write to the directory,
   * acquire its {@link RunLock} first.
   *
   * @throws InputException if the path or a part of it is a file, or the directory is not writable
   * @throws IOException if a file cannot be written
   */
  public static RunDirectory create(Path path, RunConfig config, Vocabulary vocabulary)
      throws IOException {
    createWritableDirectory(path);
    removeStaleFiles(path);
    Optional<Path> earlierRun = moveEarlierRun(path);
    RunDirectory run = new RunDirectory(path, withLocation(config, path), vocabulary, earlierRun);
    byte[] tokens = Json.write(vocabulary.tokens());
    AtomicFiles.writeFile(path.resolve(VOCABULARY), tokens);
    run.writeConfig(tokens); // now it is a run
    return run;
  }

  /** Names of files are found again from another directory. */
  private static RunConfig withLocation(RunConfig config, Path path) throws IOException {
    TextConfig text = config.text();
    return text.files().isEmpty() || text.location() != null
        ? config
        : config.withText(text.withLocation(TextLocation.of(path)));
  }

  private void writeConfig(byte[] vocabularyFile) throws IOException {
    AtomicFiles.writeFile(
        path.resolve(CONFIG),
        Checksums.write(RunConfigJson.write(config), CONFIG, Map.of(VOCABULARY, vocabularyFile)));
  }

  /**
   * Opens an existing run.
   *
   * @throws InputException if the path is not a run, or a file of the run is damaged
   */
  public static RunDirectory open(Path path) {
    if (!isRun(path)) {
      throw new InputException(
          Files.exists(path)
              ? path + " is not a run: it has no " + CONFIG + PreviousRuns.hint(path)
              : "there is no run " + path + AtomicFiles.recoveryHint(path));
    }
    Path file = path.resolve(CONFIG);
    byte[] json = Json.bytes(file);
    RunConfig config = RunConfigJson.parse(json, file);
    JsonNode checksums = Checksums.verifyOwn(json, file);
    Path tokensFile = path.resolve(VOCABULARY);
    byte[] tokens = Json.bytes(tokensFile);
    Vocabulary vocabulary = readVocabulary(tokens, config, tokensFile);
    Checksums.verify(checksums, tokens, tokensFile);
    return new RunDirectory(path, config, vocabulary, Optional.empty());
  }

  /** Whether a path is the directory of a run. */
  static boolean isRun(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG));
  }

  /**
   * Reads the content of a {@code vocabulary.json}.
   *
   * @param source named in error messages
   * @throws InputException if it is damaged or does not fit the configuration
   */
  static Vocabulary readVocabulary(byte[] json, RunConfig config, Path source) {
    return vocabulary(Arrays.asList(Json.parse(json, String[].class, source)), config, source);
  }

  /**
   * Creates the vocabulary of a model from its tokens.
   *
   * @param source of the tokens, named in error messages
   * @throws InputException if the tokens do not fit the configuration
   */
  static Vocabulary vocabulary(List<String> tokens, RunConfig config, Path source) {
    if (tokens.size() != config.model().classes()) {
      throw new InputException(
          "%s has %d tokens, but the model has %d classes; they are of different runs"
              .formatted(source, tokens.size(), config.model().classes()));
    }
    try {
      return Vocabulary.of(config.text().tokenization(), tokens, config.text().unknown());
    } catch (IllegalArgumentException e) {
      throw new InputException(source + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Creates a directory and its parents, unless it exists.
   *
   * @throws InputException if it cannot be created or is not writable
   */
  static void createWritableDirectory(Path path) {
    createDirectories(path);
    if (!Files.isWritable(path)) {
      throw new InputException("cannot write to " + path + "; choose another directory");
    }
  }

  private static void createDirectories(Path path) {
    try {
      Durable.createDirectories(path);
    } catch (IOException e) {
      for (Path part = path; part != null; part = part.getParent()) {
        if (Files.exists(part, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(part)) {
          throw new InputException(
              "cannot create the directory %s: %s is a file; choose another directory"
                  .formatted(path, part),
              e);
        }
      }
      throw new InputException(
          "cannot create the directory " + path + "; choose another directory", e);
    }
  }

  private static Optional<Path> moveEarlierRun(Path path) throws IOException {
    List<String> entries = entries(path);
    return entries.equals(List.of(VOCABULARY)) // of a start that was killed; it is overwritten
        ? Optional.empty()
        : new PreviousRuns(path).move(entries, CONFIG);
  }

  /** Returns the names of the run's files and directories that exist, config.json first. */
  private static List<String> entries(Path path) throws IOException {
    return Stream.concat(ENTRIES.stream(), EventFile.names(path).stream())
        .filter(entry -> Files.exists(path.resolve(entry), LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  /** The directory that an earlier run was moved to, if there was one. */
  public Optional<Path> earlierRun() {
    return earlierRun;
  }

  /** The path of the SavedModel, which exists once the training has ended. */
  public Path savedModel() {
    return path.resolve(SAVED_MODEL);
  }

  /**
   * Repairs the run after a training that was killed: restores files that were being replaced,
   * deletes incomplete ones, and updates the files that name checkpoints. The caller must hold the
   * run's {@link RunLock}.
   *
   * @throws IOException if a file cannot be written or deleted
   */
  public void recover() throws IOException {
    removeStaleFiles(path);
    checkpoints().updatePointers();
  }

  private static void removeStaleFiles(Path path) throws IOException {
    AtomicFiles.removeStaleFiles(path);
    AtomicFiles.removeStaleFiles(path.resolve(RunCheckpoints.CHECKPOINTS));
  }

  /**
   * Takes back the steps after a checkpoint. The run with these steps is archived in {@code
   * previous-N}.
   *
   * @param progress at the checkpoint, as {@link RunCheckpoints#withExistingBest} returns it
   * @return the archive; empty if there are no later checkpoints
   * @throws InputException if the checkpoint is not in the run under its name
   */
  public Optional<Path> rewind(TrainingProgress progress) throws IOException {
    return new Rewind(this, progress).run();
  }

  /** Replaces the configuration of the run, such as by one with more steps. */
  public RunDirectory withConfig(RunConfig newConfig) throws IOException {
    RunDirectory run =
        new RunDirectory(path, withLocation(newConfig, path), vocabulary, earlierRun);
    run.writeConfig(Json.bytes(path.resolve(VOCABULARY)));
    return run;
  }

  /** The directory of the run. */
  Path path() {
    return path;
  }

  /** Archives the run, which stays. */
  Path archive() throws IOException {
    return new PreviousRuns(path).archive(entries(path));
  }

  /** The configuration of the run. */
  public RunConfig config() {
    return config;
  }

  /**
   * Finds the files of the run's text, also after the run was moved with them.
   *
   * @throws InputException that lists missing files if they are not found
   */
  public List<Path> textFiles() {
    TextLocation location = config.text().location();
    return (location == null ? TextLocation.UNKNOWN : location)
        .find(config.text().files().stream().map(Path::of).toList(), path);
  }

  /** The vocabulary of the run's model. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** The run's checkpoints. */
  public RunCheckpoints checkpoints() {
    return new RunCheckpoints(path.resolve(RunCheckpoints.CHECKPOINTS));
  }

  /** The path of the history, which exists after the first checkpoint. */
  public Path history() {
    return path.resolve(HISTORY);
  }

  /** Writes the history, replacing an existing one. */
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

  /** The path of the plot of the history, which exists if it was plotted. */
  public Path learningCurve() {
    return path.resolve(LEARNING_CURVE);
  }

  /** Creates an event file for TensorBoard, which the caller closes. */
  public EventFile newEventFile() throws IOException {
    return EventFile.create(path);
  }

  /** Writes the SavedModel, replacing an existing one. */
  public void writeSavedModel(List<VariableValue> weights) throws IOException {
    SavedModelDirectory.write(savedModel(), config, vocabulary, weights);
  }
}
