package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.charrnn.config.TextConfig;
import org.charrnn.config.TrainingConfig;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Learning curves as a person asks for them, in this JVM. */
class PlotCommandTest {
  @TempDir Path directory;
  private Path lab;
  private Path words;

  @BeforeEach
  void makeRuns() throws IOException {
    lab = directory.resolve("lab");
    run(lab, Level.CHARACTER)
        .writeHistory(List.of(HistoryRow.ofLab(0, 3.2f), HistoryRow.ofLab(1, 2.5f)));
    words = directory.resolve("words");
    run(words, Level.WORD)
        .writeHistory(
            List.of(
                new HistoryRow(50, 0.5, 6.0, 0.002f, 1.0, 1000.0, null),
                new HistoryRow(100, 1.0, 5.0, 0.002f, 1.0, 1000.0, 5.5)));
  }

  private static RunDirectory run(Path path, Level level) throws IOException {
    TextConfig text = new TextConfig(level, false, List.of(), "UTF-8", "report", 3, "abc");
    return RunDirectory.create(
        path,
        new RunConfig(
            "0.1",
            ModelConfig.lab(3, 3, 1),
            text,
            TrainingConfig.lab(1, 1, 2, 0.1f, 1),
            Kernel.OPS,
            null),
        Vocabulary.of(level, List.of("a", "b", "c"), false));
  }

  private static Run plot(Object... args) {
    return Run.of(
        Stream.concat(Stream.of("plot"), Stream.of(args).map(Object::toString))
            .toArray(String[]::new));
  }

  private void assertRefused(Run run, String... partsOfTheMessage) throws IOException {
    assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .singleElement()
        .asString()
        .startsWith("charrnn: ")
        .contains(partsOfTheMessage);
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.map(Path::toString)).noneMatch(file -> file.matches(".*\\.(png|svg|tmp)"));
    }
  }

  @Test
  void aRunsPictureIsInTheRunAndMovesAwayWithIt() throws IOException {
    Path picture = lab.resolve("learning-curve.png");
    Run run = plot(lab);
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(run.err()).containsExactly("charrnn: wrote " + picture);
    assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(1000);
    run(lab, Level.CHARACTER);
    assertThat(picture).doesNotExist();
    assertThat(lab.resolve("previous-1/learning-curve.png")).exists();
  }

  @Test
  void runsOfAllKindsShareAPictureOfAnySizeInPlaceOfAnEarlierOne() throws IOException {
    Path picture = Files.writeString(directory.resolve("Curves.PNG"), "earlier");
    Run run = plot(lab, words, "--output", picture, "--width", 640, "--height", 480, "--log-scale");
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(ImageIO.read(picture.toFile()).getHeight()).isEqualTo(480);

    Path svg = directory.resolve("curves.svg");
    run = plot(lab, words, "--output", svg, "--x-axis", "epochs");
    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(svg).content().contains("<svg", "</svg>");
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void aLineThatIsBeingWrittenIsLeftOutAndADamagedOneIsNamed() throws IOException {
    Path history = lab.resolve("history.csv");
    Files.writeString(history, "step,mean_loss_nats\n0,3.2\n1,2.");
    assertThat(plot(lab, "--output", directory.resolve("a.png")).exitCode()).isZero();
    Files.delete(directory.resolve("a.png"));
    Files.writeString(history, "step,mean_loss_nats\n0,3.2\n1,2.x\n2,2.0\n");
    assertRefused(plot(lab), history + " is damaged at line 3", "got '2.x'");
  }

  @Test
  void aRunWithoutAHistoryIsNamed() throws IOException {
    Path history = lab.resolve("history.csv");
    for (String content : List.of("", "step,mean_loss_nats\n", "step,mean_loss_nats\n0,3")) {
      Files.writeString(history, content);
      assertRefused(plot(lab), lab + " has no history yet");
    }
    Files.delete(history);
    assertRefused(plot(lab), lab + " has no history yet");
  }

  @Test
  void whatIsNoRunOrIsOneTwiceIsNamed() throws IOException {
    Path picture = directory.resolve("x.png");
    assertRefused(plot(directory), directory + " is no run");
    assertRefused(plot(lab, directory.resolve("nothing"), "--output", picture), "there is no run ");
    Path again = lab.resolve("../lab");
    assertRefused(
        plot(lab, again, "--output", picture), again + " is given twice, first as " + lab);
    assertRefused(plot(), "RUN");
  }

  @Test
  void aPictureThatCannotBeIsToldBeforeAnythingIsDrawn() throws IOException {
    assertRefused(plot(lab, words), "--output is needed", "curves.png");
    assertRefused(plot(lab, "--output", directory.resolve("x.jpg")), ".png or .svg", "x.jpg");
    assertRefused(plot(lab, "--output", directory.resolve("png")), ".png or .svg");
    assertRefused(
        plot(lab, "--output", directory.resolve("no/x.png")), "no directory", "no for the picture");
    Path taken = Files.createDirectory(directory.resolve("taken.d"));
    Path png = Files.createDirectory(taken.resolve("x.PNG"));
    assertRefused(plot(lab, "--output", png), "x.PNG is a directory");
    assertThat(png).isEmptyDirectory();
  }

  @Test
  void bitsAreOfCharacters() throws IOException {
    Path picture = directory.resolve("x.png");
    assertRefused(
        plot(lab, words, "--output", picture, "--unit", "bits"), words + " is by word", "--unit");
    assertThat(plot(lab, "--output", picture, "--unit", "bits").exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "--width,399,the width of a plot must be from 400 to 8000 pixels",
    "--height,8001,the height of a plot must be from 400 to 8000 pixels",
    "--width,x,--width",
    "--unit,bytes,--unit",
    "--x-axis,days,--x-axis"
  })
  void anOptionOutOfItsRangeIsNamed(String option, String value, String message)
      throws IOException {
    assertRefused(plot(lab, option, value), message);
  }

  @Test
  void helpTellsTheOptionsAndTheirDefaults() {
    Run help = plot("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(String.join("\n", help.out()))
        .contains("RUN...", "--output=FILE", "learning-curve.png", "(default: steps)")
        .contains("(default: nats)", "--log-scale", "(default: 1000)", "(default: 600)");
  }
}
