package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.TextConfig;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code charrnn plot}, run in this JVM. */
class PlotCommandTest {
  @TempDir Path directory;
  private Path lab;
  private Path words;

  @BeforeEach
  void createRuns() throws IOException {
    lab = directory.resolve("lab");
    createRun(lab, Level.CHARACTER)
        .writeHistory(List.of(HistoryRow.ofLab(0, 3.2f), HistoryRow.ofLab(1, 2.5f)));
    words = directory.resolve("words");
    createRun(words, Level.WORD)
        .writeHistory(
            List.of(
                new HistoryRow(50, 0.5, 6.0, 0.002f, 1.0, 1000.0, null),
                new HistoryRow(100, 1.0, 5.0, 0.002f, 1.0, 1000.0, 5.5)));
  }

  private static RunDirectory createRun(Path path, Level level) throws IOException {
    TextConfig text = new TextConfig(level, false, List.of(), "UTF-8", "report", 3, "abc");
    return RunDirectory.create(
        path,
        new RunConfig(
            "0.1",
            RunKind.LAB,
            ModelConfig.lab(3, 3, 1),
            text,
            TrainingConfig.lab(new BatchShape(1, 1), 2, 0.1f, 100, 1),
            ComputeKernel.OPS,
            Slicing.NONE,
            null),
        Vocabulary.of(level, List.of("a", "b", "c"), false));
  }

  private static Run plot(Object... args) {
    return Run.of(Stream.concat(Stream.of("plot"), Stream.of(args)).toArray());
  }

  private void assertRejected(Run run, String... partsOfMessage) throws IOException {
    run.assertRejected(partsOfMessage);
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.map(Path::toString)).noneMatch(file -> file.matches(".*\\.(png|svg|tmp)"));
    }
  }

  @Test
  void pictureIsInRunAndMovesWithIt() throws IOException {
    Path picture = lab.resolve("learning-curve.png");
    Run run = plot(lab);
    run.assertDone();
    assertThat(run.err()).containsExactly("charrnn: wrote " + picture);
    assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(1000);
    createRun(lab, Level.CHARACTER);
    assertThat(picture).doesNotExist();
    assertThat(lab.resolve("previous-1/learning-curve.png")).exists();
  }

  @Test
  void pictureOfSeveralRunsReplacesEarlierFile() throws IOException {
    Path picture = Files.writeString(directory.resolve("Curves.PNG"), "earlier");
    Run run = plot(lab, words, "--output", picture, "--width", 640, "--height", 480, "--log-scale");
    run.assertDone();
    assertThat(ImageIO.read(picture.toFile()).getHeight()).isEqualTo(480);

    Path svg = directory.resolve("curves.svg");
    run = plot(lab, words, "--output", svg, "--x-axis", "epochs");
    run.assertDone();
    assertThat(svg).content().contains("<svg", "</svg>");
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void incompleteLastLineIsSkippedAndDamagedLineIsNamed() throws IOException {
    Path history = lab.resolve("history.csv");
    Files.writeString(history, "step,mean_loss_nats\n0,3.2\n1,2.");
    assertThat(plot(lab, "--output", directory.resolve("a.png")).exitCode()).isZero();
    Files.delete(directory.resolve("a.png"));
    Files.writeString(history, "step,mean_loss_nats\n0,3.2\n1,2.x\n2,2.0\n");
    assertRejected(plot(lab), history + " is damaged at line 3", "got '2.x'");
  }

  @Test
  void runWithoutHistoryIsRejected() throws IOException {
    Path history = lab.resolve("history.csv");
    for (String content : List.of("", "step,mean_loss_nats\n", "step,mean_loss_nats\n0,3")) {
      Files.writeString(history, content);
      assertRejected(plot(lab), lab + " has no history yet");
    }
    Files.delete(history);
    assertRejected(plot(lab), lab + " has no history yet");
  }

  @Test
  void directoryWithoutRunAndRepeatedRunAreRejected() throws IOException {
    Path picture = directory.resolve("x.png");
    assertRejected(plot(directory), directory + " is not a run");
    assertRejected(
        plot(lab, directory.resolve("nothing"), "--output", picture), "there is no run ");
    Path again = lab.resolve("../lab");
    assertRejected(
        plot(lab, again, "--output", picture), again + " is given twice, first as " + lab);
    assertRejected(plot(), "RUN");
  }

  @Test
  void invalidPictureFileIsRejected() throws IOException {
    assertRejected(plot(lab, words), "--output is required", "curves.png");
    assertRejected(plot(lab, "--output", directory.resolve("x.jpg")), ".png or .svg", "x.jpg");
    assertRejected(plot(lab, "--output", directory.resolve("png")), ".png or .svg");
    assertRejected(
        plot(lab, "--output", directory.resolve("no/x.png")), "no directory", "/no; create it");
    Path taken = Files.createDirectory(directory.resolve("taken.d"));
    Path png = Files.createDirectory(taken.resolve("x.PNG"));
    assertRejected(plot(lab, "--output", png), "x.PNG is a directory");
    assertRejected(plot(lab, "--output", "/"), "/ is a directory");
    assertThat(png).isEmptyDirectory();
  }

  @Test
  void bitsAreRejectedForWords() throws IOException {
    Path picture = directory.resolve("x.png");
    assertRejected(
        plot(lab, words, "--output", picture, "--unit", "bits"),
        words + " is a word model",
        "--unit");
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
  void optionOutOfRangeIsNamed(String option, String value, String message) throws IOException {
    assertRejected(plot(lab, option, value), message);
  }

  @Test
  void helpShowsOptionsAndDefaults() {
    Run help = plot("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(String.join(" ", help.out()).replaceAll(" +", " ")) // lines are wrapped
        .contains("RUN...", "--output=FILE", "learning-curve.png", "(default: steps)")
        .contains("(default: nats)", "--log-scale", "(default: 1000)", "(default: 600)");
  }
}
