package org.charrnn.text.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.InputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files of a text are found where they were, beside a run that was moved with them, or here.
 */
class TextLocationTest {
  @TempDir private Path directory;
  private Path project;
  private Path run;

  @BeforeEach
  void createProject() throws IOException {
    directory = directory.toRealPath();
    project = directory.resolve("project");
    run = Files.createDirectories(project.resolve("runs/a"));
    Files.createDirectory(project.resolve("data"));
    Files.writeString(project.resolve("data/a.txt"), "a");
    Files.writeString(project.resolve("data/b.txt"), "b");
  }

  private TextLocation location() {
    return new TextLocation(project.toString(), "../..");
  }

  private static List<Path> paths(Object... names) {
    return List.of(names).stream().map(name -> Path.of(name.toString())).toList();
  }

  @Test
  void locationOfARunIsTheWorkingDirectory() throws IOException {
    TextLocation location = TextLocation.of(run);
    Path here = Path.of("").toRealPath();
    assertThat(location.directory()).isEqualTo(Path.of("").toAbsolutePath().toString());
    assertThat(run.resolve(location.fromRun()).normalize()).isEqualTo(here);
    assertThat(location.find(paths("pom.xml"), run)).isEqualTo(paths("pom.xml"));
  }

  @Test
  void filesAreFoundFromAnotherWorkingDirectory() {
    assertThat(location().find(paths("data/a.txt", "data/b.txt"), run))
        .isEqualTo(paths(project.resolve("data/a.txt"), project.resolve("data/b.txt")));
  }

  @Test
  void filesAreFoundAfterTheProjectWasMoved() throws IOException {
    TextLocation location = location();
    Path absolute = project.resolve("data/b.txt");
    Path moved = Files.move(project, directory.resolve("moved"));
    assertThat(location.find(List.of(Path.of("data/a.txt"), absolute), moved.resolve("runs/a")))
        .isEqualTo(paths(moved.resolve("data/a.txt"), moved.resolve("data/b.txt")));
  }

  /** The path from the run is that of directories, not of names. */
  @Test
  void movedRunIsOpenedThroughALink() throws IOException {
    TextLocation location = location();
    Path moved = Files.move(project, directory.resolve("moved"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), moved.resolve("runs/a"));
    assertThat(location.find(paths("data/a.txt"), link))
        .isEqualTo(paths(moved.resolve("data/a.txt")));
  }

  @Test
  void firstPlaceWithAllFilesIsUsed() throws IOException {
    Path moved = directory.resolve("moved/runs/a");
    Files.createDirectories(moved);
    Files.createDirectories(directory.resolve("moved/data"));
    Files.writeString(directory.resolve("moved/data/a.txt"), "another");
    assertThat(location().find(paths("data/a.txt"), moved))
        .isEqualTo(paths(project.resolve("data/a.txt")));
    Files.writeString(directory.resolve("moved/data/b.txt"), "another");
    Files.delete(project.resolve("data/b.txt"));
    assertThat(location().find(paths("data/a.txt", "data/b.txt"), moved))
        .isEqualTo(
            paths(directory.resolve("moved/data/a.txt"), directory.resolve("moved/data/b.txt")));
  }

  @Test
  void filesAreFoundInTheWorkingDirectory() {
    assertThat(location().find(paths("pom.xml"), run)).isEqualTo(paths("pom.xml"));
    assertThat(TextLocation.UNKNOWN.find(paths("pom.xml"), run)).isEqualTo(paths("pom.xml"));
  }

  @Test
  void missingFilesAreListed() {
    assertThatThrownBy(() -> location().find(paths("data/a.txt", "c.txt"), run))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no file %s or data/a.txt", project.resolve("c.txt"));
    assertThatThrownBy(() -> TextLocation.UNKNOWN.find(paths("c.txt"), run))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no file c.txt");
    Path absolute = directory.resolve("x/c.txt");
    assertThatThrownBy(
            () -> new TextLocation(project.toString(), null).find(List.of(absolute), run))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no file %s", absolute);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b"})
  void whatIsNoPathIsRejected(String directory) {
    assertThatThrownBy(() -> new TextLocation(directory, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TextLocation("a", directory))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
