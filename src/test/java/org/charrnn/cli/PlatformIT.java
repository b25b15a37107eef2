package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * With other locales, charsets, time zones, paths, home directories and versions of Java, a
 * training and a sample are byte for byte the same as in this JVM's environment.
 */
class PlatformIT {
  private static final String WEIGHTS = "checkpoints/step-6/model.data-00000-of-00001";
  private static final Path JAVA = Path.of(System.getProperty("java.home"));
  private static final Path INSTALLED = Path.of("/usr/lib/jvm");

  @TempDir private static Path directory;
  private static Outcome expected;

  private record Platform(String name, Path javaHome, List<String> options, String directoryName) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** What does not depend on the directory of the run. */
  private record Outcome(String weights, String vocabulary, List<Long> steps, String text) {}

  static Stream<Platform> platforms() throws IOException {
    Stream<Platform> settings =
        Stream.of(
            new Platform(
                "Turkish, Latin 5, a distant time zone, an unusual path",
                JAVA,
                List.of(
                    "-Duser.language=tr",
                    "-Duser.country=TR",
                    "-Dfile.encoding=ISO-8859-9",
                    "-Duser.timezone=Pacific/Apia",
                    // In another time zone TensorFlow is unpacked again, so into another cache.
                    "-Dorg.bytedeco.javacpp.cachedir=" + Path.of("target/zone").toAbsolutePath()),
                "a  ship's ü 배 🚢 & %20 [*]"),
            new Platform(
                "Arabic digits, a home directory that cannot be written",
                JAVA,
                List.of("-Duser.language=ar", "-Duser.country=EG", "-Duser.home=/proc/nowhere"),
                "arabic"));
    Stream<Platform> javas =
        otherJavas()
            .map(
                home ->
                    new Platform(home.toString(), home, List.of(), "java-" + home.getFileName()));
    return Stream.concat(settings, javas);
  }

  /** Returns the homes in {@code CHARRNN_JAVAS}, and of the other Javas installed on Linux. */
  private static Stream<Path> otherJavas() throws IOException {
    Set<Path> homes = new TreeSet<>();
    for (String home :
        System.getenv().getOrDefault("CHARRNN_JAVAS", "").split(File.pathSeparator, -1)) {
      if (!home.isEmpty()) {
        homes.add(Path.of(home).toRealPath());
      }
    }
    if (Files.isDirectory(INSTALLED)) {
      try (Stream<Path> installed = Files.list(INSTALLED)) {
        for (Path home : installed.toList()) {
          if (Files.isExecutable(home.resolve("bin/java"))) {
            homes.add(home.toRealPath());
          }
        }
      }
    }
    homes.remove(JAVA.toRealPath());
    return homes.stream();
  }

  @BeforeAll
  static void runWithDefaults() throws Exception {
    expected = run(new Platform("default", JAVA, List.of(), "default"));
  }

  private static Outcome run(Platform platform) throws Exception {
    Path parent = Files.createDirectories(directory.resolve(platform.directoryName));
    Path text = parent.resolve("text.txt");
    Files.writeString(text, LabText.SENTENCE.repeat(8).replace("ship, ", "ship,\r\nİıé 배 "));
    Path run = parent.resolve("run");
    String options =
        "--level word --hidden 8 --layers 1 --batch-size 4 --sequence-length 5 --steps 6"
            + " --validation 0.1 --learning-rate 0.05";
    List<String> train =
        new ArrayList<>(List.of("train", "--data", text.toString(), "--run", run.toString()));
    train.addAll(List.of(options.split(" ")));
    execute(platform, parent, train.toArray(String[]::new));
    assertThat(run).isDirectoryContaining("regex:.*/events\\.out\\.tfevents\\.[0-9]{10}\\.charrnn");
    String sample =
        execute(
            platform, parent, "sample", run.toString(), "--length", "40", "--prime", "if you want");
    try (Stream<String> history = Files.lines(run.resolve("history.csv"))) {
      return new Outcome(
          HexFormat.of().formatHex(Files.readAllBytes(run.resolve(WEIGHTS))),
          Files.readString(run.resolve("vocabulary.json")),
          history.skip(1).map(line -> Long.valueOf(line.substring(0, line.indexOf(',')))).toList(),
          sample);
    }
  }

  private static String execute(Platform platform, Path parent, String... args) throws Exception {
    Path err = parent.resolve("err.txt");
    ProcessBuilder builder =
        Program.builder(Program.command(platform.javaHome, platform.options, (Object[]) args), err);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", Arrays.asList(args), Program.messages(err)).isZero();
    return out;
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void trainsAndSamplesAsExpected(Platform platform) throws Exception {
    assertThat(run(platform)).isEqualTo(expected);
  }
}
