package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one program sees of the lock; {@code TwoAtOnceIT} has two. */
class RunLockTest {
  @TempDir Path directory;

  @Test
  void oneAtATimeWhateverLinkLeadsToTheRun() throws IOException {
    Path run = Files.createDirectory(directory.resolve("run"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), run);
    try (RunLock lock = RunLock.take(run)) {
      assertThat(lock.run()).isEqualTo(run);
      for (Path path : new Path[] {run, link, directory.resolve("link/../run")}) {
        assertThatThrownBy(() -> RunLock.take(path))
            .isInstanceOf(InputException.class)
            .hasMessage(
                "a training (process %d) is writing into %s; wait until it ends, or stop it, or"
                    + " choose another --run",
                ProcessHandle.current().pid(), path);
      }
    }
    RunLock.take(link).close();
  }

  @Test
  void aDirectoryThatIsMadeForItGoesIfItStaysEmpty() throws IOException {
    Path run = directory.resolve("runs/new");
    RunLock.take(run).close();
    assertThat(run).doesNotExist();

    try (RunLock lock = RunLock.take(run)) {
      Files.createFile(lock.run().resolve("config.json"));
    }
    assertThat(run).isDirectoryContaining("glob:**config.json");
  }

  @Test
  void aDirectoryThatWasThereStays() throws IOException {
    RunLock.take(directory).close();
    assertThat(directory.resolve(".lock")).hasContent(ProcessHandle.current().pid() + "");
  }

  @Test
  void aLinkInPlaceOfItsFileIsNotWrittenThrough() throws IOException {
    Path others = Files.writeString(directory.resolve("others.txt"), "not ours");
    Path run = Files.createDirectory(directory.resolve("run"));
    Files.createSymbolicLink(run.resolve(".lock"), others);
    assertThatThrownBy(() -> RunLock.take(run))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(run.resolve(".lock").toString());
    assertThat(others).hasContent("not ours");

    Files.delete(run.resolve(".lock"));
    RunLock.take(run).close(); // which the refusal has not kept
  }
}
