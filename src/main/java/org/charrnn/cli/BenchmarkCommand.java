package org.charrnn.cli;

import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.charrnn.InputException;
import org.charrnn.benchmark.BenchmarkOutput;
import org.charrnn.benchmark.GenerationJob;
import org.charrnn.benchmark.Job;
import org.charrnn.benchmark.JobDescription;
import org.charrnn.benchmark.JsonOutput;
import org.charrnn.benchmark.Rounds;
import org.charrnn.benchmark.TextOutput;
import org.charrnn.benchmark.TrainingJob;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.ProductSpeed;
import org.charrnn.model.SessionSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures how fast this machine trains and writes. */
@Command(
    name = "benchmark",
    description = {
      "Measures how fast this machine trains and writes: training steps of four networks from the"
          + " lab's up, or of the sizes given; characters written in one text and in 64 at once; and"
          + " large matrix products, to compare with.",
      "scripts/compare_speed.py measures other programs beside."
    },
    sortOptions = false)
final class BenchmarkCommand implements Callable<Integer> {
  private static final int TRACED_STEPS = 10;
  private static final List<Integer> TEXTS = List.of(1, 64);

  /** The lab's, and three of those that people train. */
  private static final List<Training> NETWORKS =
      List.of(
          new Training(ModelConfig.lab(25, 25, 2), new BatchShape(170, 10)),
          new Training(ModelConfig.lab(65, 128, 2), new BatchShape(50, 50)),
          new Training(ModelConfig.lab(65, 512, 2), new BatchShape(50, 50)),
          new Training(ModelConfig.lab(65, 256, 3), new BatchShape(128, 64)));

  private record Training(ModelConfig network, BatchShape shape) {}

  private enum What {
    PRODUCTS,
    TRAINING,
    GENERATION;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      arity = "0..*",
      paramLabel = "WHAT",
      description = "Some of ${COMPLETION-CANDIDATES} (default: all).")
  private Set<What> what = EnumSet.allOf(What.class);

  @Mixin private NetworkSizeOptions sizes;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Texts written at once, for generation (default: 1, then 64).")
  private Integer count;

  @Mixin private KernelOptions kernel;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds of each (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Training steps, or characters of each text, in a round (default: as many as take a"
              + " second).")
  private int steps;

  @Option(
      names = "--profile",
      description = "Tell where a training step's time goes, by type of operation.")
  private boolean profile;

  @Option(names = "--json", description = "Print lines of JSON.")
  private boolean json;

  @Option(
      names = "--by-turns",
      description =
          "Take steps when another program says so: after the first step print ready, then for each"
              + " line N on standard input take N steps and print the seconds they took.")
  private boolean byTurns;

  @Mixin private SessionOptions session;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    require(rounds >= 1, "--rounds must be at least 1, got " + rounds);
    require(steps >= 0, "--steps must not be negative, got " + steps);
    require(count == null || count >= 1, "--count must be at least 1, got " + count);
    session.tell(
        spec.commandLine().getErr(), what.stream().map(What::toString).collect(joining(" and ")));
    if (byTurns) {
      byTurns();
    } else {
      measure(json ? new JsonOutput(out()) : new TextOutput(out()));
    }
    return ExitCodes.DONE;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new InputException(message);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void measure(BenchmarkOutput output) {
    SessionSettings settings = session.settings();
    if (what.contains(What.PRODUCTS)) {
      output.products(settings.threads(), ProductSpeed.gigaflops(settings));
    }
    if (what.contains(What.TRAINING)) {
      trainings().forEach(training -> measure(training, output));
    }
    if (what.contains(What.GENERATION)) {
      for (int texts : count == null ? TEXTS : List.of(count)) {
        try (Job job = generation(texts)) {
          measure(JobDescription.generation(sizes.network(), texts), job, output);
        }
      }
    }
  }

  private List<Training> trainings() {
    return sizes.isGiven() ? List.of(new Training(sizes.network(), sizes.shape())) : NETWORKS;
  }

  private void measure(Training training, BenchmarkOutput output) {
    try (TrainingJob job = job(training)) {
      JobDescription description =
          JobDescription.training(training.network(), training.shape(), kernel(training));
      measure(description, job, output);
      if (profile) {
        output.profile(description, job.profile(TRACED_STEPS));
      }
    }
  }

  private void measure(JobDescription description, Job job, BenchmarkOutput output) {
    Rounds measured = Rounds.measure(job, rounds, steps, round -> output.round(description, round));
    output.rounds(description, job, measured);
  }

  private TrainingJob job(Training training) {
    Kernel resolved = kernel(training);
    Memory.require(training.network(), training.shape(), resolved);
    return new TrainingJob(training.network(), training.shape(), resolved, session.settings());
  }

  private Job generation(int texts) {
    Memory.requireRows(sizes.network(), "--count", texts, 0);
    return new GenerationJob(sizes.network(), texts);
  }

  private Kernel kernel(Training training) {
    return kernel.resolve(training.shape(), Kernel.Kind.FUSED, session.settings());
  }

  private void byTurns() throws IOException {
    boolean trains = what.equals(EnumSet.of(What.TRAINING));
    require(
        trains || what.equals(EnumSet.of(What.GENERATION)),
        "--by-turns takes either training or generation");
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Job job =
        trains
            ? job(new Training(sizes.network(), sizes.shape()))
            : generation(count == null ? 1 : count)) {
      job.run(1);
      print("ready");
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        require(order.matches("\\d{1,9}"), "expected a number of steps, got '" + order + "'");
        print(String.valueOf(Rounds.time(job, Integer.parseInt(order))));
      }
    }
  }

  private void print(String line) {
    out().println(line);
    out().flush();
  }
}
