package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.charrnn.testing.disk.CrashStates;
import org.charrnn.testing.disk.DiskLog;
import org.charrnn.testing.disk.InMemory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A loss of power during a {@link RecordedTraining} loses nothing that was saved, and what it
 * leaves can be used. The states that a kill leaves are among those that are checked.
 */
class PowerLossIT {
  private static final int MIN_STATES = 3000;

  @TempDir(factory = InMemory.class)
  private static Path directory;

  private static CrashStates states;

  @BeforeAll
  static void train() throws IOException {
    states = new CrashStates(RecordedTraining.run(directory.resolve("all"), DiskLog.Forces.ALL));
  }

  @Test
  void nothingIsLost() {
    DiskCheck check = new DiskCheck(states);
    Set<Object> distinct = new HashSet<>();
    states.forEach(
        state -> {
          if (distinct.add(state.files())) {
            check.check(state);
          }
        });
    assertThat(distinct).hasSizeGreaterThan(MIN_STATES);
  }

  @Test
  void everyStateCanBeRecoveredEvaluatedAndResumed() throws IOException {
    RecoveredRun recovered = new RecoveredRun(directory.resolve("recovered"));
    states.forEach(recovered::check);
    assertThat(recovered.resumed()).isGreaterThan(10);
  }

  /** So the check notices what is lost. */
  @ParameterizedTest
  @EnumSource(value = DiskLog.Forces.class, names = "ALL", mode = EnumSource.Mode.EXCLUDE)
  void lossIsNoticedIfNotAllIsForced(DiskLog.Forces forces) throws IOException {
    Path other = directory.resolve(forces.name());
    CrashStates unforced = new CrashStates(RecordedTraining.run(other, forces));
    DiskCheck check = new DiskCheck(unforced);
    assertThatThrownBy(() -> unforced.forEach(check::check)).isInstanceOf(AssertionError.class);
  }
}
