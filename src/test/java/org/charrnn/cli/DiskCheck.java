package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.RecordedTraining.EXPORT;
import static org.charrnn.cli.RecordedTraining.RESUMED;
import static org.charrnn.cli.RecordedTraining.RUN;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.charrnn.testing.disk.CrashStates;
import org.charrnn.testing.disk.DiskState;
import org.charrnn.testing.disk.DiskState.Content;

/** Checks that a state of the disk of a {@link RecordedTraining} has lost nothing. */
final class DiskCheck {
  private static final Pattern CHECKPOINT = Pattern.compile("(.*/|)checkpoints/(step-(\\d+))");
  private static final Pattern MODEL = Pattern.compile("(.*/)?(saved_model|models/tiny)");
  private static final Pattern POINTER = Pattern.compile("(.*/checkpoints/)(latest|best)");
  private static final Pattern REPORT = Pattern.compile("step (\\d+)/(\\d+),.*");
  private static final Set<String> CHECKPOINT_FILES =
      Set.of("model.index", "model.data-00000-of-00001", "progress.json");
  private static final Set<String> MODEL_FILES =
      Set.of(
          "saved_model.pb",
          "variables/variables.index",
          "variables/variables.data-00000-of-00001",
          "assets/config.json",
          "assets/vocabulary.json",
          "assets/SHA256SUMS");

  private final CrashStates states;

  /** Complete checkpoints and SavedModels that were written, by name. */
  private final Map<String, Set<SortedMap<String, Content>>> written = new HashMap<>();

  /** The earlier run, and the run before it was resumed from an older checkpoint. */
  private final SortedMap<String, Content> earlier;

  private SortedMap<String, Content> trained;

  DiskCheck(CrashStates states) {
    this.states = states;
    earlier = states.kill(0).filesIn(RUN);
    states.forEachKill(
        state -> {
          if (trained == null && states.reported(state.step()).contains("trained")) {
            trained = withoutArchives(state);
          }
          state.directories().forEach(directory -> addWritten(state, directory));
        });
    assertThat(trained).isNotEmpty();
  }

  private void addWritten(DiskState state, String directory) {
    if (isTemporary(directory)) {
      return;
    }
    Matcher checkpoint = CHECKPOINT.matcher(directory);
    if (checkpoint.matches()) {
      add(checkpoint.group(2), state.filesIn(directory), CHECKPOINT_FILES);
    } else if (MODEL.matcher(directory).matches()) {
      add("saved_model", state.filesIn(directory), MODEL_FILES);
    }
  }

  private void add(String name, SortedMap<String, Content> files, Set<String> names) {
    assertThat(files.keySet()).isEqualTo(names);
    written.computeIfAbsent(name, key -> new HashSet<>()).add(files);
  }

  private static boolean isTemporary(String path) {
    return path.startsWith(".") || path.contains("/.");
  }

  private static SortedMap<String, Content> withoutArchives(DiskState state) {
    SortedMap<String, Content> files = state.filesIn(RUN);
    files.keySet().removeIf(file -> file.startsWith("previous-") || file.startsWith("."));
    return files;
  }

  /** Throws an {@link AssertionError} if something was lost. */
  void check(DiskState state) {
    state.directories().stream()
        .filter(directory -> !isTemporary(directory))
        .forEach(directory -> checkDirectory(state, directory));
    state.files().forEach((path, content) -> checkPointer(state, path, content));
    Promise promise = Promise.of(states.reported(state.step()));
    checkEarlierRun(state);
    checkTrainedRun(state, promise);
    checkRun(state, promise);
    if (promise.isExported) {
      assertThat(state.directories())
          .anyMatch(path -> path.equals(EXPORT) || path.matches("models/[.]tiny.*[.]old"));
    }
  }

  private void checkDirectory(DiskState state, String directory) {
    Matcher checkpoint = CHECKPOINT.matcher(directory);
    if (checkpoint.matches()) {
      assertThat(state.filesIn(directory)).as(directory).isIn(written.get(checkpoint.group(2)));
    } else if (MODEL.matcher(directory).matches()) {
      assertThat(state.filesIn(directory)).as(directory).isIn(written.get("saved_model"));
    }
  }

  private static void checkPointer(DiskState state, String path, Content content) {
    Matcher pointer = POINTER.matcher(path);
    if (!isTemporary(path) && pointer.matches()) {
      assertThat(content.text()).as(path).endsWith("\n");
      assertThat(state.directories()).as(path).contains(pointer.group(1) + content.text().strip());
    }
  }

  /** It is in its place or, as a whole, in previous-1. */
  private void checkEarlierRun(DiskState state) {
    if (!withoutArchives(state).equals(earlier)) {
      assertThat(state.filesIn(RUN + "/previous-1")).isEqualTo(earlier);
    }
  }

  /** The run with all steps is in its place until, as a whole, it is in previous-2. */
  private void checkTrainedRun(DiskState state, Promise promise) {
    SortedMap<String, Content> archive = state.filesIn(RUN + "/previous-2");
    if (promise.isMoved || state.directories().contains(RUN + "/previous-2")) {
      assertThat(archive).isEqualTo(trained);
    } else if (promise.isTrained) {
      assertThat(withoutArchives(state)).containsAllEntriesOf(trained);
    }
  }

  private void checkRun(DiskState state, Promise promise) {
    long newest =
        state.directories().stream()
            .map(CHECKPOINT::matcher)
            .filter(matcher -> matcher.matches() && matcher.group(1).equals(RUN + "/"))
            .mapToLong(matcher -> Long.parseLong(matcher.group(3)))
            .max()
            .orElse(-1);
    assertThat(newest).isGreaterThanOrEqualTo(promise.saved);
    if (newest > 0 && state.files().containsKey(RUN + "/config.json")) {
      assertThat(state.files()).containsKey(RUN + "/history.csv");
      assertThat(state.files().get(RUN + "/history.csv").text()).contains("\n" + newest + ",");
    }
  }

  /**
   * What a user may rely on.
   *
   * @param saved the run has a checkpoint of this step or a later one; -1 for none
   */
  private record Promise(long saved, boolean isTrained, boolean isExported, boolean isMoved) {
    static Promise of(List<String> reported) {
      long saved = -1;
      boolean isMoved = false;
      for (String line : reported) {
        Matcher report = REPORT.matcher(line);
        if (report.matches()) {
          saved = Long.parseLong(report.group(1)) - 1;
        } else if (line.equals("trained")) {
          saved = RESUMED; // a resumed training may take back later ones
        } else if (line.startsWith("charrnn: moved the steps after")) {
          isMoved = true;
        }
      }
      return new Promise(
          saved, reported.contains("trained"), reported.contains("exported"), isMoved);
    }
  }
}
