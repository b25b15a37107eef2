package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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
    Path java = Path.of(System.getProperty("java.home"));
    Stream<Platform> settings =
        Stream.of(
            platform("Turkish", "-Duser.language=tr", "-Duser.country=TR"),
            platform("Arabic digits", "-Duser.language=ar", "-Duser.country=EG"),
            platform("another charset", "-Dfile.encoding=ISO-8859-9"),
            platform(
                "the other side of the earth",
                "-Duser.timezone=Pacific/Apia",
                // It unpacks TensorFlow anew in another zone: not over what other programs load.
                "-Dorg.bytedeco.javacpp.cachedir=" + Path.of("target/zone").toAbsolutePath()),
            platform("a home that cannot be written", "-Duser.home=/proc/nowhere"),
            new Platform("an odd path", java, List.of(), "a  ship's ü 배 🚢 & %20 [*]"));
    Stream<Platform> javas =
        otherJavas().map(home -> new Platform(home.toString(), home, List.of(), "java"));
    return Stream.concat(settings, javas);
  }

  private static Platform platform(String name, String... options) {
    return new Platform(
        name, Path.of(System.getProperty("java.home")), List.of(options), name.replace(' ', '-'));
  }

  /** Those that are installed beside this one, where Linux has them. */
  private static Stream<Path> otherJavas() throws IOException {
    Path all = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(all)) {
      return Stream.of();
    }
    Path mine = Path.of(System.getProperty("java.home")).toRealPath();
    try (Stream<Path> homes = Files.list(all)) {
      List<Path> others = new ArrayList<>();
      for (Path home :
          homes.filter(home -> Files.isExecutable(home.resolve("bin/java"))).toList()) {
        Path real = home.toRealPath();
        if (!real.equals(mine) && !others.contains(real)) {
          others.add(real);
        }
      }
      return others.stream();
    }
  }

  @BeforeAll
  static void runHere() throws Exception {
    here = run(platform("here"));
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
