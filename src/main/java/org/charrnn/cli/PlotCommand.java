package org.charrnn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.charrnn.InputException;
import org.charrnn.plot.Curve;
import org.charrnn.plot.LearningCurves;
import org.charrnn.plot.PictureFormat;
import org.charrnn.plot.PlotConfig;
import org.charrnn.store.HistoryRow;
import org.charrnn.store.RunDirectory;
import org.charrnn.store.files.AtomicFiles;
import org.charrnn.text.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws learning curves. */
@Command(
    name = "plot",
    description = "Draws the learning curves of runs, which may still be training.",
    sortOptions = false)
final class PlotCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Runs of lab or train.")
  private List<Path> paths;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "File to write, .png or .svg (default: learning-curve.png in the run; required for"
              + " several runs).")
  private Path output;

  @Option(
      names = "--x-axis",
      paramLabel = "AXIS",
      defaultValue = "steps",
      description = "Unit of the horizontal axis: steps or epochs (default: ${DEFAULT-VALUE}).")
  private PlotConfig.XAxis xAxis;

  @Option(
      names = "--unit",
      paramLabel = "UNIT",
      defaultValue = "nats",
      description =
          "Unit of the losses: nats, or bits if all runs are character models (default:"
              + " ${DEFAULT-VALUE}).")
  private PlotConfig.Unit unit;

  @Option(names = "--log-scale", description = "Draw the losses on a logarithmic axis.")
  private boolean logScale;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Width of the picture in pixels, 400 to 8000 (default: ${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--height",
      paramLabel = "N",
      defaultValue = "600",
      description = "Height of the picture in pixels, 400 to 8000 (default: ${DEFAULT-VALUE}).")
  private int height;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    System.setProperty("java.awt.headless", "true"); // no screen is needed
    requireDistinct();
    List<RunDirectory> runs = paths.stream().map(RunDirectory::open).toList();
    PlotConfig config = new PlotConfig(xAxis, unit, token(runs), logScale, width, height);
    Path file = file(runs);
    PictureFormat format = PictureFormat.of(file);

    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      curves.add(new Curve(paths.get(i).toString(), history(paths.get(i), runs.get(i))));
    }
    AtomicFiles.writeFile(file, LearningCurves.draw(curves, config, format));
    spec.commandLine().getErr().println("charrnn: wrote " + file);
    return ExitCodes.DONE;
  }

  private void requireDistinct() throws IOException {
    Map<Path, Path> names = new HashMap<>(); // by real path
    for (Path path : paths) {
      Path same = names.put(Files.exists(path) ? path.toRealPath() : path, path);
      if (same != null) {
        throw new InputException("%s is given twice, first as %s".formatted(path, same));
      }
    }
  }

  /** Returns the noun for the tokens of the runs: {@code token} if they differ. */
  private String token(List<RunDirectory> runs) {
    Set<Level> levels = EnumSet.noneOf(Level.class);
    for (int i = 0; i < runs.size(); i++) {
      Level level = runs.get(i).config().text().level();
      if (unit == PlotConfig.Unit.BITS && level != Level.CHARACTER) {
        throw new InputException(
            "--unit bits needs character models, but %s is a %s model; omit it"
                .formatted(paths.get(i), level.noun()));
      }
      levels.add(level);
    }
    return levels.size() == 1 ? levels.iterator().next().noun() : "token";
  }

  private Path file(List<RunDirectory> runs) {
    if (output == null && runs.size() > 1) {
      throw new InputException(
          "--output is required for several runs; give a file such as curves.png");
    }
    Path file = output == null ? runs.get(0).learningCurve() : output;
    if (Files.isDirectory(file)) {
      throw new InputException(file + " is a directory; choose a file in it as --output");
    }
    Path directory = file.toAbsolutePath().getParent(); // not null: file is not the root
    if (!Files.isDirectory(directory)) {
      throw new InputException(
          "there is no directory " + directory + "; create it or choose another --output");
    }
    if (!Files.isWritable(directory)) {
      throw new InputException("cannot write into " + directory + "; choose another --output");
    }
    return file;
  }

  private static List<HistoryRow> history(Path path, RunDirectory run) throws IOException {
    List<HistoryRow> rows = run.readHistory();
    if (rows.isEmpty()) {
      throw new InputException(
          path + " has no history yet; it is written when a checkpoint is saved");
    }
    return rows;
  }
}
