package org.charrnn.store;

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
  void fileReplacesTheOneThatWasThere() throws IOException {
    Path file = directory.resolve("config.json");
    AtomicFiles.writeFile(file, "old and longer".getBytes(UTF_8));
    AtomicFiles.writeFile(file, "new".getBytes(UTF_8));
    assertThat(file).hasContent("new");
    assertAllIn(directory, file);
  }

  @Test
  void directoryAppearsOnlyWhenItIsFull() throws IOException {
    Path target = directory.resolve("saved_model");
    AtomicFiles.writeDirectory(
        target,
        temporary -> {
          assertThat(target).doesNotExist();
          Files.createDirectory(temporary.resolve("variables"));
          Files.writeString(temporary.resolve("variables").resolve("index"), "content");
        });
    assertThat(target.resolve("variables").resolve("index")).hasContent("content");
    assertAllIn(directory, target);
  }

  @Test
  void failingWriterLeavesNothingBehind() {
    IOException failure = new IOException("the disk is full");
    assertThatThrownBy(
            () ->
                AtomicFiles.writeDirectory(
                    directory.resolve("saved_model"),
                    temporary -> {
                      Files.createDirectory(temporary.resolve("variables"));
                      Files.writeString(temporary.resolve("variables").resolve("index"), "half");
                      throw failure;
                    }))
        .isInstanceOf(IOException.class)
        .hasCause(failure)
        .hasMessage(
            "cannot write %s: the disk is full; free some space or choose another place",
            directory.resolve("saved_model"));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void writerThatFailsByADefectLeavesNothingBehindEither() {
    IllegalStateException defect = new IllegalStateException("a defect");
    assertThatThrownBy(
            () ->
                AtomicFiles.writeDirectory(
                    directory.resolve("saved_model"),
                    temporary -> {
                      throw defect;
                    }))
        .isSameAs(defect);
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

  private static void assertAllIn(Path place, Path all) {
    assertThat(place).isDirectoryNotContaining(other -> !other.equals(all));
  }

  @Test
  void directoryThatIsThereIsReplacedAsAWhole() throws IOException {
    Path target = Files.createDirectory(directory.resolve("saved_model"));
    Files.writeString(target.resolve("old"), "old");
    AtomicFiles.writeDirectory(
        target, temporary -> Files.writeString(temporary.resolve("new"), "new"));
    assertAllIn(target, target.resolve("new"));
    assertAllIn(directory, target);
  }

  @Test
  void directoryThatIsThereStaysWhenItsReplacementFails() throws IOException {
    Path target = Files.createDirectory(directory.resolve("saved_model"));
    Path kept = Files.writeString(target.resolve("kept"), "kept");
    writeAndFail(target);
    assertAllIn(target, kept);
    assertAllIn(directory, target);
  }

  @Test
  void directoryThatIsThereStaysWhenItsReplacementIsLost() throws IOException {
    Path target = Files.createDirectory(directory.resolve("saved_model"));
    Path kept = Files.writeString(target.resolve("kept"), "kept");
    assertThatThrownBy(() -> AtomicFiles.writeDirectory(target, Files::delete))
        .isInstanceOf(IOException.class);
    assertAllIn(target, kept);
    assertAllIn(directory, target);
  }

  /** A program killed between the moves of a directory leaves this; no process has the number 0. */
  private Path leaveAsKilledBetweenTheMoves(String name) throws IOException {
    Path old = Files.createDirectory(directory.resolve("." + name + ".0-0-1f.old"));
    Files.writeString(old.resolve("kept"), "kept");
    Files.createDirectory(directory.resolve("." + name + ".0-0-1f.tmp"));
    return old;
  }

  @Test
  void whatAKilledProgramWasReplacingIsBackBeforeAnythingIsWritten() throws IOException {
    leaveAsKilledBetweenTheMoves("saved_model");
    Path target = directory.resolve("saved_model");
    writeAndFail(target);
    assertThat(target.resolve("kept")).hasContent("kept");
    assertAllIn(directory, target);
  }

  @Test
  void whatAKilledProgramWasReplacingIsReplacedByTheNextWrite() throws IOException {
    leaveAsKilledBetweenTheMoves("saved_model");
    Path target = directory.resolve("saved_model");
    AtomicFiles.writeDirectory(
        target, temporary -> Files.writeString(temporary.resolve("new"), "new"));
    assertAllIn(target, target.resolve("new"));
    assertAllIn(directory, target);
  }

  @Test
  void leftoversOfAPlaceThatIsTakenGo() throws IOException {
    leaveAsKilledBetweenTheMoves("config.json");
    Path file = Files.writeString(directory.resolve("config.json"), "old");
    AtomicFiles.writeFile(file, "new".getBytes(UTF_8));
    assertThat(file).hasContent("new");
    assertAllIn(directory, file);
  }

  @Test
  void whatIsNoLeftoverOfThePlaceStays() throws IOException {
    Path file = directory.resolve("config.json");
    Path others = leaveAsKilledBetweenTheMoves("other.json");
    Path written = Leftover.placeFor(file); // by this process, which lives
    List<Path> notOurs =
        List.of(
            others.resolve("kept"),
            written,
            Leftover.placeOfReplaced(written),
            directory.resolve(".config.json.tmp"),
            directory.resolve(".config.json.swp"),
            directory.resolve(".config.json.1f.tmp"),
            directory.resolve("config.json.0-0-1f.tmp"));
    for (Path path : notOurs) {
      Files.writeString(path, "mine");
    }
    AtomicFiles.writeFile(file, "new".getBytes(UTF_8));
    assertThat(notOurs).allSatisfy(path -> assertThat(path).hasContent("mine"));
  }

  @Test
  void leftoverOfAnEarlierProcessOfTheSameNumberGoes() throws IOException {
    Path file = directory.resolve("config.json");
    long process = ProcessHandle.current().pid();
    Path left = directory.resolve(".config.json.%d-%d-1f.tmp".formatted(process, 1_000_000_000));
    Files.writeString(left, "half");
    AtomicFiles.writeFile(file, "new".getBytes(UTF_8));
    assertThat(left).doesNotExist();
  }
}
