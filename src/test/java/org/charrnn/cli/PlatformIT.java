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
import org.charrnn.train.LabConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Other locales, charsets, time zones, paths, homes and Javas: a training and a text are byte for
 * byte what they are here.
 */
class PlatformIT {
  private static final String WEIGHTS = "checkpoints/step-6/model.data-00000-of-00001";
  private static final Path JAVA = Path.of(System.getProperty("java.home"));
  private static final Path INSTALLED = Path.of("/usr/lib/jvm");

  @TempDir private static Path directory;
  private static Outcome here;

  private record Platform(String name, Path javaHome, List<String> options, String place) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** What does not hang on where a run is. */
  private record Outcome(String weights, String vocabulary, List<Long> steps, String text) {}

  static Stream<Platform> platforms() throws IOException {
    Stream<Platform> settings =
        Stream.of(
            new Platform(
                "Turkish, in Latin 5, on the other side of the earth, on an odd path",
                JAVA,
                List.of(
                    "-Duser.language=tr",
                    "-Duser.country=TR",
                    "-Dfile.encoding=ISO-8859-9",
                    "-Duser.timezone=Pacific/Apia",
                    // In another zone TensorFlow is unpacked anew: not over what others load.
                    "-Dorg.bytedeco.javacpp.cachedir=" + Path.of("target/zone").toAbsolutePath()),
                "a  ship's ü 배 🚢 & %20 [*]"),
            new Platform(
                "Arabic digits, at a home that cannot be written",
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

  /** Those of {@code $CHARRNN_JAVAS}, and those installed beside this one, where Linux has them. */
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
  static void runHere() throws Exception {
    here = run(new Platform("here", JAVA, List.of(), "here"));
  }

  private static Outcome run(Platform platform) throws Exception {
    Path place = Files.createDirectories(directory.resolve(platform.place));
    Path text = place.resolve("text.txt");
    Files.writeString(text, LabConfig.SENTENCE.repeat(8).replace("ship, ", "ship,\r\nİıé 배 "));
    Path run = place.resolve("run");
    String options =
        "--level word --hidden 8 --layers 1 --batch-size 4 --sequence-length 5 --steps 6"
            + " --validation 0.1 --learning-rate 0.05";
    List<String> train =
        new ArrayList<>(List.of("train", "--data", text.toString(), "--run", run.toString()));
    train.addAll(List.of(options.split(" ")));
    execute(platform, place, train.toArray(String[]::new));
    assertThat(run).isDirectoryContaining("regex:.*/events\\.out\\.tfevents\\.[0-9]{10}\\.charrnn");
    String sample =
        execute(
            platform, place, "sample", run.toString(), "--length", "40", "--prime", "if you want");
    try (Stream<String> history = Files.lines(run.resolve("history.csv"))) {
      return new Outcome(
          HexFormat.of().formatHex(Files.readAllBytes(run.resolve(WEIGHTS))),
          Files.readString(run.resolve("vocabulary.json")),
          history.skip(1).map(line -> Long.valueOf(line.substring(0, line.indexOf(',')))).toList(),
          sample);
    }
  }

  private static String execute(Platform platform, Path place, String... args) throws Exception {
    Path err = place.resolve("err.txt");
    ProcessBuilder builder =
        Program.builder(Program.command(platform.javaHome, platform.options, args), err);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", Arrays.asList(args), Program.saidBy(err)).isZero();
    return out;
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void trainsAndWritesAsHere(Platform platform) throws Exception {
    assertThat(run(platform)).isEqualTo(here);
  }
}
