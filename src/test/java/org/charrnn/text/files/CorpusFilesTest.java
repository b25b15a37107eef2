package org.charrnn.text.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
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
    assertThat(CorpusFiles.find(List.of("pom.*ml"), FilePatterns.ALL, TextFormat.UTF_8).files())
        .containsExactly(Path.of("pom.xml"));
  }

  /** Resolves arguments in the temporary directory to files, named relative to it. */
  private List<String> resolve(List<String> arguments, List<String> include) {
    return resolve(arguments, new FilePatterns(include, List.of()));
  }

  private List<String> resolve(List<String> arguments, FilePatterns patterns) {
    return find(arguments, patterns).files().stream()
        .map(file -> file.toString().substring(top.toString().length() + 1))
        .map(file -> file.startsWith("./") ? file.substring(2) : file)
        .toList();
  }

  private CorpusFiles.Found find(List<String> arguments, FilePatterns patterns) {
    List<String> absolute = arguments.stream().map(argument -> top + "/" + argument).toList();
    return CorpusFiles.find(absolute, patterns, TextFormat.UTF_8);
  }

  private void write(String name, byte[] content) throws IOException {
    Files.createDirectories(top.resolve(name).getParent());
    Files.write(top.resolve(name), content);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          src         | *.h         | src/A.java src/x/B.java src/x/y/C.java
          src         | y           | src/A.java src/x/B.java
          src         | y/          | src/A.java src/x/B.java
          src         | x/y/*.java  | src/A.java src/x/B.java src/x/y/c.h
          src         | x/*.java    | src/A.java src/x/y/C.java src/x/y/c.h
          src/**/*    | [BC].java   | src/A.java src/x/y/c.h
          src/**/*    | x/y         | src/A.java src/x/B.java
          *.txt       | a*          | [x].txt b.txt
          """)
  void excludePatternLeavesOutFilesAndDirectories(
      String argument, String pattern, String expected) {
    assertThat(resolve(List.of(argument), new FilePatterns(List.of(), List.of("none", pattern))))
        .containsExactly(expected.split(" "));
  }

  @Test
  void excludePatternThatLeavesNothingIsRejected() {
    assertThatThrownBy(
            () -> resolve(List.of("src"), new FilePatterns(List.of("*.h"), List.of("*"))))
        .isInstanceOf(InputException.class)
        .hasMessage("no file in " + top + "/src matches the include and exclude patterns");
  }

  @Test
  void whatIsNoTextInDirectoriesIsSkippedAndCounted() throws IOException {
    write("src/image.png", new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0});
    write("src/x/data.zip", "PK\u0003\u0004".getBytes(UTF_8));
    write("src/x/latin.txt", "caf\u00e9".getBytes(ISO_8859_1));
    write("src/x/utf16.txt", "\ufeffcaf\u00e9".getBytes(UTF_16LE));
    for (String name : List.of("config.json", "vocabulary.json", "checkpoints/latest")) {
      write("src/runs/a/" + name, "text".getBytes(UTF_8));
    }
    write("src/runs/b/config.json", "text".getBytes(UTF_8));
    write("src/runs/b/vocabulary.json", "text".getBytes(UTF_8));
    write("src/model/saved_model.pb", "text".getBytes(UTF_8));
    write("src/x/CVS/Entries", "text".getBytes(UTF_8));
    write("src/config.json", "{}".getBytes(UTF_8));
    CorpusFiles.Found found = find(List.of("src"), FilePatterns.ALL);
    assertThat(found.files().stream().map(Path::getFileName).map(Path::toString))
        .containsExactly("A.java", "config.json", "B.java", "C.java", "c.h");
    assertThat(found.skipped())
        .contains(
            "skipped 2 binary files, 2 files that are not UTF-8 text (such as %s/src/x/latin.txt),"
                    .formatted(top)
                + " 2 runs, 1 SavedModel, 2 version-control folders in %s/src".formatted(top));
    assertThat(find(List.of("src/**/*.java"), FilePatterns.ALL).files()).hasSize(3);
  }

  @Test
  void givenRunIsNotAText() throws IOException {
    write("run/config.json", new byte[0]);
    write("run/vocabulary.json", new byte[0]);
    assertThatThrownBy(() -> find(List.of("run"), FilePatterns.ALL))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(top + "/run is a run, not a directory with text");
  }

  @Test
  void givenFilesAreNotSkipped() throws IOException {
    write("binary", new byte[] {'a', 0, 'b'});
    assertThat(resolve(List.of("binary", "src/.git"), List.of()))
        .containsExactly("binary", "src/.git/D.java");
    assertThat(find(List.of("binary"), FilePatterns.ALL).skipped()).isEmpty();
  }

  @Test
  void directoryWithoutTextIsRejected() throws IOException {
    write("media/a.bin", new byte[] {0});
    assertThatThrownBy(() -> find(List.of("media"), FilePatterns.ALL))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no text to read in %s/media, only 1 binary file", top);
    write("media/b.zip", "PK\u0003\u0004".getBytes(UTF_8));
    assertThatThrownBy(() -> find(List.of("media/*"), FilePatterns.ALL))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "there is no text to read in %s/media/*, only 2 binary files: %s/media/b.zip is a zip"
                + " archive; extract it and use the files in it",
            top, top);
  }

  @Test
  void standardInputCanBeGivenOnce() {
    assertThat(CorpusFiles.find(List.of("-"), FilePatterns.ALL, TextFormat.UTF_8).files())
        .containsExactly(Path.of("-"));
    List<String> twice = List.of("-", top + "/a.txt", "/dev/stdin");
    assertThatThrownBy(() -> CorpusFiles.find(twice, FilePatterns.ALL, TextFormat.UTF_8))
        .isInstanceOf(InputException.class)
        .hasMessage("standard input is given twice, as - and /dev/stdin; it can be read once");
  }

  @Test
  void fileWithTheNameOfStandardInputIsReadAsFile() throws IOException {
    write("dash/-", "text".getBytes(UTF_8));
    assertThat(resolve(List.of("dash"), List.of())).containsExactly("dash/-");
  }
}
