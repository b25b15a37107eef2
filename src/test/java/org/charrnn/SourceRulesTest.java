package org.charrnn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules for the sources that javac does not check. */
class SourceRulesTest {
  private static final List<Path> ROOTS =
      List.of(Path.of("src/main/java"), Path.of("src/spark/java"));
  private static final Path CLI = Path.of("src/main/java/org/charrnn/cli");
  private static final int MAX_FILES_OF_A_PACKAGE = 20;

  /** Two dashes and a letter at the start of a word, such as {@code --run}. */
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-zA-Z]");

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path root : ROOTS) {
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(100); // the test runs where the sources are
    return sources;
  }

  @Test
  void packagesAreSmall() throws IOException {
    Map<String, Integer> sizes = new TreeMap<>();
    for (Path source : sources()) {
      if (!source.endsWith("package-info.java")) {
        sizes.merge(source.getParent().toString(), 1, Integer::sum);
      }
    }
    sizes.values().removeIf(size -> size <= MAX_FILES_OF_A_PACKAGE);
    assertThat(sizes).as("packages with more than %d files", MAX_FILES_OF_A_PACKAGE).isEmpty();
  }

  /** Only the command line knows its options; a message elsewhere says what to change in words. */
  @Test
  void stringsOutsideTheCommandLineHaveNoOptions() throws IOException {
    List<Path> others = sources().stream().filter(source -> !source.startsWith(CLI)).toList();
    assertThat(stringsWithOptions(others)).isEmpty();
  }

  /** So the rule above does find what it looks for. */
  @Test
  void stringsOfTheCommandLineHaveOptions() throws IOException {
    List<Path> cli = sources().stream().filter(source -> source.startsWith(CLI)).toList();
    assertThat(stringsWithOptions(cli)).hasSizeGreaterThan(10);
  }

  private static Set<String> stringsWithOptions(List<Path> sources) throws IOException {
    Set<String> found = new TreeSet<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      for (CompilationUnitTree unit : task.parse()) {
        String file = unit.getSourceFile().getName();
        strings(unit).stream()
            .filter(text -> OPTION.matcher(text).find())
            .forEach(text -> found.add(file + ": " + text));
      }
    }
    return found;
  }

  /** Returns the string literals of a file; comments have none. */
  private static List<String> strings(CompilationUnitTree unit) {
    List<String> strings = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitLiteral(LiteralTree literal, Void unused) {
        if (literal.getValue() instanceof String text) {
          strings.add(text);
        }
        return null;
      }
    }.scan(unit, null);
    return strings;
  }

  @ParameterizedTest
  @ValueSource(strings = {"--run", "choose another --run", "('--a')", "x\n--b", "--Xy"})
  void optionIsRecognized(String text) {
    assertThat(OPTION.matcher(text).find()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"----", "-- ", "a--b", "well-known", "-P", "--1", "---x"})
  void otherDashesAreNoOption(String text) {
    assertThat(OPTION.matcher(text).find()).isFalse();
  }
}
