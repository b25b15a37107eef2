package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.RecordedTraining.EARLIER_SEED;
import static org.charrnn.cli.RecordedTraining.EXPORT;
import static org.charrnn.cli.RecordedTraining.MORE_STEPS;
import static org.charrnn.cli.RecordedTraining.RUN;
import static org.charrnn.cli.RecordedTraining.SEED;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.RunLock;
import org.charrnn.store.files.AtomicFiles;
import org.charrnn.testing.disk.DiskState;

/**
 * Uses what a loss of power left as a user would: opens the run, recovers it, evaluates it and
 * resumes it. The weights must be those of a training that was never interrupted.
 */
final class RecoveredRun {
  private static final String MODEL = "checkpoints/step-%d/model.data-00000-of-00001";

  private final Path directory;
  private final Path contents;
  private final Path text;
  private final Map<Long, Path> uninterrupted = new TreeMap<>();
  private final Set<Object> opened = new HashSet<>();
  private final Set<Object> resumed = new HashSet<>();

  /**
   * @param directory for the files
   */
  RecoveredRun(Path directory) throws IOException {
    this.directory = directory;
    contents = Files.createDirectories(directory.resolve("contents"));
    text = RecordedTraining.text(directory);
    for (long seed : List.of(EARLIER_SEED, SEED)) {
      Path run = directory.resolve("uninterrupted-" + seed);
      Run.of(RecordedTraining.training(text, run, seed, MORE_STEPS)).assertDone();
      uninterrupted.put(seed, run);
    }
  }

  /** The number of different runs that were resumed. */
  int resumed() {
    return resumed.size();
  }

  /** Throws an {@link AssertionError} if something does not work. */
  void check(DiskState state) {
    Path disk = directory.resolve("disk");
    if (!opened.add(withoutArchives(state))) {
      return;
    }
    try {
      state.create(disk, contents);
      Path run = disk.resolve(RUN);
      if (Files.exists(run.resolve("config.json"))) {
        recover(run);
      } else {
        startAnew(run);
      }
      AtomicFiles.removeStaleFiles(disk.resolve("models"));
      assertThat(Files.exists(disk.resolve(EXPORT)))
          .isEqualTo(state.files().keySet().stream().anyMatch(RecoveredRun::isExport));
      PathUtils.deleteDirectory(disk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isExport(String path) {
    return path.matches("models/(tiny|[.]tiny[.].*[.]old)/.*");
  }

  /** Archives do not change what is done here. */
  private static Object withoutArchives(DiskState state) {
    Map<String, Object> files = new TreeMap<>(state.files());
    files.keySet().removeIf(path -> path.startsWith(RUN + "/previous-"));
    return files;
  }

  @SuppressWarnings("try") // the lock is held, not used
  private void recover(Path path) throws IOException {
    RunDirectory run = RunDirectory.open(path);
    try (RunLock lock = RunLock.acquire(path)) {
      run.recover();
    }
    assertThat(temporaryFiles(path)).isEmpty();
    Path checkpoints = path.resolve("checkpoints");
    if (!Files.isDirectory(checkpoints) || PathUtils.isEmptyDirectory(checkpoints)) {
      return;
    }
    Path latest = run.checkpoints().latest();
    assertThat(checkpoints.resolve("latest")).hasContent(latest.getFileName() + "\n");
    assertThat(run.checkpoints().best()).isDirectory();
    if (Files.exists(checkpoints.resolve("best"))) {
      assertThat(checkpoints.resolve("best"))
          .hasContent(run.checkpoints().best().getFileName() + "\n");
    }
    if (resumed.add(files(path))) {
      resume(path, run.config().training().seed());
    }
  }

  private void resume(Path path, long seed) throws IOException {
    Run.of("evaluate", path, text).assertDone();
    Run.of("train", "--resume", path, "--steps", MORE_STEPS).assertDone();
    Path expected = uninterrupted.get(seed);
    for (String file : List.of(MODEL.formatted(MORE_STEPS))) {
      assertThat(Files.mismatch(path.resolve(file), expected.resolve(file))).isEqualTo(-1);
    }
    assertThat(steps(path)).isEqualTo(steps(expected));
    assertThat(path.resolve("saved_model")).isDirectory();
  }

  private static List<String> steps(Path run) throws IOException {
    return Files.readAllLines(run.resolve("history.csv")).stream()
        .map(line -> line.substring(0, line.indexOf(',')))
        .toList();
  }

  /** The earlier run is archived, or else nothing is left of it: it is not archived twice. */
  private void startAnew(Path run) throws IOException {
    RunDirectory uninterruptedRun = RunDirectory.open(uninterrupted.get(SEED));
    Set<Path> archives = archives(run);
    RunDirectory.create(run, uninterruptedRun.config(), uninterruptedRun.vocabulary());
    assertThat(archives(run)).isEqualTo(archives).isNotEmpty();
    assertThat(files(run)).hasSize(2);
  }

  private static Set<Path> archives(Path run) throws IOException {
    try (Stream<Path> paths = Files.list(run)) {
      return new HashSet<>(
          paths.filter(path -> path.getFileName().toString().startsWith("previous-")).toList());
    }
  }

  private static List<Path> temporaryFiles(Path run) throws IOException {
    try (Stream<Path> paths = Files.walk(run)) {
      return paths.filter(path -> path.toString().matches(".*[.](tmp|old)")).toList();
    }
  }

  /** Returns the content of the run's own files, without the events. */
  private static Map<String, String> files(Path run) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(run)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(path).toString();
        if (!name.matches("(previous-|events|[.]lock|saved_model).*")) {
          files.put(name, Files.readString(path, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
      }
    }
    return files;
  }
}
