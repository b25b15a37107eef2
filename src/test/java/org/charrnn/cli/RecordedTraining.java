package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.testing.disk.DiskLog;
import org.charrnn.testing.disk.RecordingFileSystem;
import org.charrnn.train.LabText;

/**
 * A training whose file operations are recorded. It starts in the directory of an earlier run,
 * validates, saves and deletes old checkpoints. Its model is exported. It is resumed from an older
 * checkpoint, whose best checkpoint is no longer there, and exported again.
 */
final class RecordedTraining {
  static final String RUN = "run";
  static final String EXPORT = "models/tiny";
  static final long EARLIER_SEED = 2;
  static final long SEED = 1;
  static final int RESUMED = 2;
  static final int STEPS = 6;
  static final int MORE_STEPS = 8;

  private final Path text;
  private final DiskLog log;

  private RecordedTraining(Path text, DiskLog log) {
    this.text = text;
    this.log = log;
  }

  /**
   * Trains in a new directory.
   *
   * @return the operations
   */
  static DiskLog run(Path directory, DiskLog.Forces forces) throws IOException {
    Path disk = Files.createDirectories(directory).toRealPath().resolve("disk");
    Path text = text(directory);
    Run.of(training(text, disk.resolve(RUN), EARLIER_SEED, 3)).assertDone();
    DiskLog log = new DiskLog(disk, forces);
    Path recorded = new RecordingFileSystem(log).path(disk);
    RecordedTraining training = new RecordedTraining(text, log);
    training.train(recorded);
    return log;
  }

  /** Returns a text to train on. */
  static Path text(Path directory) throws IOException {
    return Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(2));
  }

  /** Returns the arguments of a training. */
  static List<Object> training(Path text, Path run, long seed, int steps) {
    List<Object> args = new ArrayList<>(List.of("train", "--data", text, "--run", run));
    String options =
        "--hidden=3 --layers=1 --batch-size=2 --sequence-length=5 --sample-length=0"
            + " --save-every=1 --validation=0.1 --decay=epochs --learning-rate=0.8 --seed=%d"
            + " --steps=%d";
    args.addAll(Arrays.asList(options.formatted(seed, steps).split(" ")));
    return args;
  }

  private void train(Path disk) {
    Path run = disk.resolve(RUN);
    run(training(text, run, SEED, STEPS), disk);
    log.mark("trained");
    Path export = disk.resolve(EXPORT);
    run(List.of("export", run, export), disk);
    log.mark("exported");
    Path checkpoint = run.resolve("checkpoints/step-" + RESUMED);
    run(List.of("train", "--resume", checkpoint, "--steps", MORE_STEPS), disk);
    log.mark("resumed");
    run(List.of("export", run, export), disk);
  }

  /** Runs the program with paths of the recording file system. */
  private void run(List<?> args, Path disk) {
    PrintWriter err = new PrintWriter(new MarkWriter(log), true);
    int exitCode =
        CharRnn.execute(
            CharRnn.commandLine()
                .setErr(err)
                .registerConverter(Path.class, path -> disk.getFileSystem().getPath(path)),
            Stream.of(args.toArray()).map(Object::toString).toArray(String[]::new));
    assertThat(exitCode).isEqualTo(ExitCodes.DONE);
  }

  /** Marks in the log what the program prints. */
  private static final class MarkWriter extends Writer {
    private final DiskLog log;
    private final StringBuilder line = new StringBuilder();

    MarkWriter(DiskLog log) {
      this.log = log;
    }

    @Override
    public void write(char[] text, int offset, int length) {
      for (char c : Arrays.copyOfRange(text, offset, offset + length)) {
        if (c == '\n') {
          log.mark(line.toString());
          line.setLength(0);
        } else {
          line.append(c);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
