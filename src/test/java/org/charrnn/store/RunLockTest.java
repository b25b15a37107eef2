package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock within one process; {@code TwoAtOnceIT} tests it between two. */
class RunLockTest {
  @TempDir Path directory;

  @Test
  void runIsLockedUnderAllLinksToIt() throws IOException {
    Path run = Files.createDirectory(directory.resolve("run"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), run);
    try (RunLock lock = RunLock.acquire(run)) {
      assertThat(lock.run()).isEqualTo(run);
      for (Path path : new Path[] {run, link, directory.resolve("link/../run")}) {
        assertThatThrownBy(() -> RunLock.acquire(path))
            .isInstanceOf(InputException.class)
            .hasMessage(
                "a training (process %d) is writing to %s; wait until it ends, stop it, or choose"
                    + " another directory",
                ProcessHandle.current().pid(), path);
      }
    }
    RunLock.acquire(link).close();
  }

  @Test
  void newDirectoryIsDeletedIfStillEmpty() throws IOException {
    Path run = directory.resolve("runs/new");
    RunLock.acquire(run).close();
    assertThat(directory.resolve("runs")).doesNotExist();

    try (RunLock lock = RunLock.acquire(run)) {
      Files.createFile(lock.run().resolve("config.json"));
    }
    assertThat(run).isDirectoryContaining("glob:**config.json");
  }

  @Test
  void existingDirectoryIsKept() throws IOException {
    RunLock.acquire(directory).close();
    assertThat(directory.resolve(".lock")).hasContent(ProcessHandle.current().pid() + "");
  }

  @Test
  void linkInPlaceOfLockFileIsNotFollowed() throws IOException {
    Path others = Files.writeString(directory.resolve("others.txt"), "unrelated");
    Path run = Files.createDirectory(directory.resolve("run"));
    Files.createSymbolicLink(run.resolve(".lock"), others);
    assertThatThrownBy(() -> RunLock.acquire(run))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(run.resolve(".lock").toString());
    assertThat(others).hasContent("unrelated");

    Files.delete(run.resolve(".lock"));
    RunLock.acquire(run).close(); // the failed attempt has released the lock
  }

  @Test
  void parentThatIsUsedByOthersIsKept() throws IOException {
    RunLock lock = RunLock.acquire(directory.resolve("runs/new"));
    Files.createFile(directory.resolve("runs/other"));
    lock.close();
    lock.close(); // does nothing
    assertThat(directory.resolve("runs")).isDirectoryNotContaining("glob:**new");
  }
}
