package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.testing.disk.CrashStates;
import org.charrnn.testing.disk.DiskLog;
import org.charrnn.testing.disk.InMemory;
import org.charrnn.testing.disk.RecordingFileSystem;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;

/**
 * A run that is taken back to an older checkpoint, or archived for a new training, when the program
 * is killed or the power fails. What is done again then ends as if nothing had happened.
 */
class InterruptedRewindIT {
  private static final Vocabulary VOCABULARY = Vocabulary.of("abc");

  @TempDir(factory = InMemory.class)
  private Path directory;

  private Path disk;
  private DiskLog log;
  private RunDirectory recorded;

  /** Step 20 was the best before step 40, and is deleted. */
  @BeforeEach
  void writeRun() throws IOException {
    disk = Files.createDirectory(directory.toRealPath().resolve("disk"));
    RunDirectory run = RunDirectory.create(disk, config(), VOCABULARY);
    List<HistoryRow> rows = new ArrayList<>();
    for (int step = 10; step <= 40; step += 10) {
      double nats = step == 20 ? 2 : step == 40 ? 1 : step;
      rows.add(new HistoryRow(step, 1.0, 1.5, 0.1f, 1.0, 1.0, nats));
      run.writeHistory(rows);
      long best = step < 20 ? step : step < 40 ? 20 : 40;
      run.checkpoints()
          .write(
              new TrainingProgress(step, best, best == 40 ? 1f : best == 20 ? 2f : 10f, 0),
              List.of(new VariableValue("x", Shape.scalar(), new float[] {step})));
    }
    PathUtils.deleteDirectory(disk.resolve("checkpoints/step-20"));
    log = new DiskLog(disk, DiskLog.Forces.ALL);
    recorded = RunDirectory.open(new RecordingFileSystem(log).path(disk));
  }

  private static RunConfig config() {
    return new RunConfig(
        "0.1",
        RunKind.TRAIN,
        ModelConfig.lab(VOCABULARY.size(), 26, 2),
        new TextConfig(Level.CHARACTER, false, List.of(), "UTF-8", "report", 180, "abcdef"),
        TrainingConfig.lab(new BatchShape(170, 10), 40, 0.1f, 500, 7),
        ComputeKernel.OPS,
        Slicing.NONE,
        null);
  }

  private static void rewind(RunDirectory run) throws IOException {
    Path checkpoint = run.checkpoints().of(new TrainingProgress(30, 0, null, 0));
    run.rewind(run.checkpoints().withExistingBest(RunCheckpoints.progress(checkpoint)));
  }

  @Test
  void interruptedRewindIsCompletedByTheNext() throws IOException {
    Map<String, String> before = contents(disk);
    rewind(recorded);
    Map<String, String> after = contents(disk);
    assertThat(contents(disk.resolve("previous-1"))).isEqualTo(before);
    assertThat(disk.resolve("checkpoints/best")).hasContent("step-10\n");

    forEachState(
        run -> {
          RunDirectory opened = RunDirectory.open(run);
          opened.recover();
          assertThat(opened.checkpoints().best()).isDirectory();
          rewind(opened);
          assertThat(contents(run)).isEqualTo(after);
        });
  }

  @Test
  void interruptedArchivingIsCompletedByTheNext() throws IOException {
    Map<String, String> before = contents(disk);
    RunDirectory.create(recorded.path(), config(), Vocabulary.of("abd"));
    Map<String, String> after = contents(disk);
    forEachState(
        run -> {
          if (Files.exists(run.resolve("config.json"))
              && RunDirectory.open(run).vocabulary().tokens().contains("d")) {
            return; // the new run has begun
          }
          RunDirectory.create(run, config(), Vocabulary.of("abd"));
          assertThat(contents(run)).isEqualTo(after);
          assertThat(contents(run.resolve("previous-1"))).isEqualTo(before);
        });
  }

  /** The best checkpoint is older than the newest five, and is deleted when another is better. */
  @Test
  void pointersAlwaysNameExistingCheckpoints() throws IOException {
    for (long step = 50; step <= 100; step += 10) {
      long best = step < 100 ? 40 : 100;
      recorded
          .checkpoints()
          .write(
              new TrainingProgress(step, best, best == 40 ? 1f : 0.5f, 0),
              List.of(new VariableValue("x", Shape.scalar(), new float[] {step})));
    }
    assertThat(disk.resolve("checkpoints/step-40")).doesNotExist();
    forEachState(
        run -> {
          Path checkpoints = run.resolve("checkpoints");
          for (String pointer : List.of("latest", "best")) {
            String name = Files.readString(checkpoints.resolve(pointer)).strip();
            assertThat(checkpoints.resolve(name)).as(pointer).isDirectory();
          }
        });
  }

  private interface Check {
    void check(Path run) throws IOException;
  }

  private void forEachState(Check check) throws IOException {
    CrashStates states = new CrashStates(log);
    Path files = Files.createDirectory(directory.resolve("contents"));
    Set<Object> distinct = new HashSet<>();
    Path run = directory.resolve("crashed");
    states.forEach(
        state -> {
          try {
            if (distinct.add(List.of(state.directories(), state.files()))) {
              state.create(run, files);
              check.check(run);
              PathUtils.deleteDirectory(run);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    assertThat(distinct).hasSizeGreaterThan(30);
  }

  private static Map<String, String> contents(Path top) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        if (!path.endsWith(RunLock.FILE)) {
          contents.put(top.relativize(path).toString(), Checksums.of(Files.readAllBytes(path)));
        }
      }
    }
    return contents;
  }
}
