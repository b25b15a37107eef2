package org.charrnn.store.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path directory;

  @Test
  void fileIsReplaced() throws IOException {
    Path file = directory.resolve("config.json");
    AtomicFiles.writeFile(file, "old and longer".getBytes(UTF_8));
    AtomicFiles.writeFile(file, "new".getBytes(UTF_8));
    assertThat(file).hasContent("new");
    assertContainsOnly(directory, file);
  }

  @Test
  void directoryAppearsWhenItIsComplete() throws IOException {
    Path target = directory.resolve("saved_model");
    AtomicFiles.writeDirectory(
        target,
        temporary -> {
          assertThat(target).doesNotExist();
          Files.createDirectory(temporary.resolve("variables"));
          Files.writeString(temporary.resolve("variables").resolve("index"), "content");
        });
    assertThat(target.resolve("variables").resolve("index")).hasContent("content");
    assertContainsOnly(directory, target);
  }

  @Test
  void failedWriterLeavesNothingBehind() {
    IOException failure = new IOException("the disk is full");
    assertThatThrownBy(
            () ->
                AtomicFiles.writeDirectory(
                    directory.resolve("saved_model"),
                    temporary -> {
                      Files.createDirectory(temporary.resolve("variables"));
                      Files.writeString(
                          temporary.resolve("variables").resolve("index"), "incomplete");
                      throw failure;
                    }))
        .isInstanceOf(IOException.class)
        .hasCause(failure)
        .hasMessage(
            "cannot write %s: the disk is full; free some space or choose another directory",
            directory.resolve("saved_model"));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void writerThatThrowsRuntimeExceptionLeavesNothingBehind() {
    IllegalStateException failure = new IllegalStateException("a defect");
    assertThatThrownBy(
            () ->
                AtomicFiles.writeDirectory(
                    directory.resolve("saved_model"),
                    temporary -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(directory).isEmptyDirectory();
  }

  private static void writeAndFail(Path target) {
    assertThatThrownBy(
            () ->
                AtomicFiles.writeDirectory(
                    target,
                    temporary -> {
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(IOException.class);
  }

  private static void assertContainsOnly(Path parent, Path file) {
    assertThat(parent).isDirectoryNotContaining(other -> !other.equals(file));
  }

  @Test
  void existingDirectoryIsReplacedCompletely() throws IOException {
    Path target = Files.createDirectory(directory.resolve("saved_model"));
    Files.writeString(target.resolve("old"), "old");
    AtomicFiles.writeDirectory(
        target, temporary -> Files.writeString(temporary.resolve("new"), "new"));
    assertContainsOnly(target, target.resolve("new"));
    assertContainsOnly(directory, target);
  }

  @Test
  void existingDirectoryIsKeptWhenReplacementFails() throws IOException {
    Path target = Files.createDirectory(directory.resolve("saved_model"));
    Path kept = Files.writeString(target.resolve("kept"), "kept");
    writeAndFail(target);
    assertContainsOnly(target, kept);
    assertContainsOnly(directory, target);
  }

  @Test
  void existingDirectoryIsKeptWhenReplacementDisappears() throws IOException {
    Path target = Files.createDirectory(directory.resolve("saved_model"));
    Path kept = Files.writeString(target.resolve("kept"), "kept");
    assertThatThrownBy(() -> AtomicFiles.writeDirectory(target, Files::delete))
        .isInstanceOf(IOException.class);
    assertContainsOnly(target, kept);
    assertContainsOnly(directory, target);
  }

  /**
   * Creates the files of a program that was killed between the two moves that replace a directory.
   * No process has the number 0.
   */
  private Path createStaleFiles(String name) throws IOException {
    Path old = Files.createDirectory(directory.resolve("." + name + ".0-0-1f.old"));
    Files.writeString(old.resolve("kept"), "kept");
    Files.createDirectory(directory.resolve("." + name + ".0-0-1f.tmp"));
    return old;
  }

  @Test
  void replacedDirectoryOfKilledProgramIsRestoredBeforeWriting() throws IOException {
    createStaleFiles("saved_model");
    Path target = directory.resolve("saved_model");
    writeAndFail(target);
    assertThat(target.resolve("kept")).hasContent("kept");
    assertContainsOnly(directory, target);
  }

  @Test
  void nextWriteReplacesDirectoryOfKilledProgram() throws IOException {
    createStaleFiles("saved_model");
    Path target = directory.resolve("saved_model");
    AtomicFiles.writeDirectory(
        target, temporary -> Files.writeString(temporary.resolve("new"), "new"));
    assertContainsOnly(target, target.resolve("new"));
    assertContainsOnly(directory, target);
  }

  @Test
  void staleFilesOfExistingTargetAreDeleted() throws IOException {
    createStaleFiles("config.json");
    Path file = Files.writeString(directory.resolve("config.json"), "old");
    AtomicFiles.writeFile(file, "new".getBytes(UTF_8));
    assertThat(file).hasContent("new");
    assertContainsOnly(directory, file);
  }

  @Test
  void otherFilesAreKept() throws IOException {
    Path file = directory.resolve("config.json");
    Path staleOfOther = createStaleFiles("other.json");
    Path temporary = StaleFile.temporaryPath(file); // of this process, which is running
    List<Path> others =
        List.of(
            staleOfOther.resolve("kept"),
            temporary,
            StaleFile.pathOfReplaced(temporary),
            directory.resolve(".config.json.tmp"),
            directory.resolve(".config.json.swp"),
            directory.resolve(".config.json.1f.tmp"),
            directory.resolve("config.json.0-0-1f.tmp"));
    for (Path path : others) {
      Files.writeString(path, "mine");
    }
    AtomicFiles.writeFile(file, "new".getBytes(UTF_8));
    assertThat(others).allSatisfy(path -> assertThat(path).hasContent("mine"));
  }

  @Test
  void staleFileOfEarlierProcessWithSameNumberIsDeleted() throws IOException {
    Path file = directory.resolve("config.json");
    long process = ProcessHandle.current().pid();
    Path stale = directory.resolve(".config.json.%d-%d-1f.tmp".formatted(process, 1_000_000_000));
    Files.writeString(stale, "incomplete");
    AtomicFiles.writeFile(file, "new".getBytes(UTF_8));
    assertThat(stale).doesNotExist();
  }

  /** Such as the directory of a run that is deleted while it is trained. */
  @Test
  void missingDirectoryIsNamed() {
    Path file = directory.resolve("run/history.csv");
    assertThatThrownBy(() -> AtomicFiles.writeFile(file, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cannot write %s: the directory %s does not exist; was it deleted or moved?",
            file, file.getParent());
  }
}
