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
import org.junit.jupiter.params.provider.CsvSource;

class CorpusFilesTest {
  @TempDir private Path top;

  @BeforeEach
  void makeFiles() throws IOException {
    for (String name :
        List.of(
            "b.txt",
            "a.txt",
            "c.md",
            ".hidden.txt",
            "[x].txt",
            "src/A.java",
            "src/x/B.java",
            "src/x/y/C.java",
            "src/x/y/c.h",
            "src/.git/D.java",
            "한글/글.txt")) {
      Files.createDirectories(top.resolve(name).getParent());
      Files.writeString(top.resolve(name), "text");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a.txt             | a.txt
          .hidden.txt       | .hidden.txt
          [x].txt           | [x].txt
          *.txt             | [x].txt a.txt b.txt
          .*.txt            | .hidden.txt
          {a,c}.*           | a.txt c.md
          ?.txt             | a.txt b.txt
          src               | src/A.java src/x/B.java src/x/y/C.java src/x/y/c.h
          src/**            | src/A.java src/x/B.java src/x/y/C.java src/x/y/c.h
          src/**/*.java     | src/A.java src/x/B.java src/x/y/C.java
          **/*.h            | src/x/y/c.h
          src/*/*.java      | src/x/B.java
          src/*/y           | src/x/y/C.java src/x/y/c.h
          src/x/../*.java   | src/x/../A.java
          한글/*            | 한글/글.txt
          src/.git          | src/.git/D.java
          """)
  void argumentResolvesToFiles(String argument, String expected) {
    assertThat(resolve(List.of(argument), List.of())).containsExactly(expected.split(" "));
  }

  @Test
  void includeSelectsFilesInDirectoriesOnly() {
    assertThat(resolve(List.of("c.md", "src"), List.of("*.h", "A*")))
        .containsExactly("c.md", "src/A.java", "src/x/y/c.h");
  }

  @Test
  void argumentsKeepTheirOrderAndEachFileIsListedOnce() throws IOException {
    Files.createSymbolicLink(top.resolve("src/link.txt"), top.resolve("a.txt"));
    assertThat(resolve(List.of("b.txt", "*.txt", "src", "./b.txt"), List.of("*.txt")))
        .containsExactly("b.txt", "[x].txt", "a.txt");
  }

  @Test
  void linkCyclesAreFollowedOnce() throws IOException {
    Files.createSymbolicLink(top.resolve("src/x/up"), top.resolve("src"));
    Files.createSymbolicLink(top.resolve("src/self"), Path.of("self"));
    Files.createSymbolicLink(top.resolve("src/x/y/top"), top);
    assertThat(resolve(List.of("src"), List.of("*.java")))
        .containsExactly("src/A.java", "src/x/B.java", "src/x/y/C.java");
    assertThat(resolve(List.of("src/**/*.java"), List.of()))
        .containsExactly("src/A.java", "src/x/B.java", "src/x/y/C.java");
  }

  @Test
  void linkedDirectoryIsRead() throws IOException {
    Files.createSymbolicLink(top.resolve("link"), top.resolve("src/x"));
    assertThat(resolve(List.of("link"), List.of()))
        .containsExactly("link/B.java", "link/y/C.java", "link/y/c.h");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          none.txt   | there is no file or directory TOPnone.txt
          *.pdf      | no file matches TOP*.pdf
          none/*.txt | no file matches TOPnone/*.txt
          a.txt/*    | no file matches TOPa.txt/*
          [          | '[' is not a valid pattern
          empty      | there is no file in TOPempty
          """)
  void argumentWithoutFilesIsRejected(String argument, String message) throws IOException {
    Files.createDirectory(top.resolve("empty"));
    assertThatThrownBy(() -> resolve(List.of(argument), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(message.replace("TOP", top + "/"));
  }

  @Test
  void includePatternWithoutMatchIsRejected() {
    assertThatThrownBy(() -> resolve(List.of("src"), List.of("*.c")))
        .isInstanceOf(InputException.class)
        .hasMessage("no file in " + top + "/src matches the include patterns");
  }

  @Test
  void relativePatternsAreResolvedInTheWorkingDirectory() {
    assertThat(CorpusFiles.resolve(List.of("pom.*ml"), List.of()))
        .containsExactly(Path.of("pom.xml"));
  }

  /** Resolves arguments in the temporary directory to files, named relative to it. */
  private List<String> resolve(List<String> arguments, List<String> include) {
    List<String> absolute = arguments.stream().map(argument -> top + "/" + argument).toList();
    return CorpusFiles.resolve(absolute, include).stream()
        .map(file -> file.toString().substring(top.toString().length() + 1))
        .map(file -> file.startsWith("./") ? file.substring(2) : file)
        .toList();
  }
}
