package org.charrnn.cli;

import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import org.charrnn.cli.limits.MemoryCheck;
import org.charrnn.cli.options.GivenOptions;
import org.charrnn.cli.options.SettingOptions;
import org.charrnn.cli.options.VerboseOption;
import org.charrnn.cli.training.KernelChoice;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.measure.ProductSpeed;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingValues;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures how fast this machine trains and generates. */
@Command(
    name = "benchmark",
    description = {
      "Measures the speed of training and generation on this machine: training steps of four"
          + " networks, from the lab's up, or of a network of the given sizes; generation of one"
          + " text and of 64 in parallel; and large matrix products for comparison.",
      "scripts/compare_speed.py measures other programs side by side."
    },
    abbreviateSynopsis = true,
    sortOptions = false,
    modelTransformer = SettingsCommand.Transformer.class)
final class BenchmarkCommand implements Callable<Integer>, SettingsCommand {
  private static final SettingOptions SETTINGS =
      SettingOptions.of(RunKind.TRAIN)
          .with("Network and batch", ModelConfig.class, BatchShape.class)
          .with("Computation", ComputeKernel.class, SessionSettings.class);

  private static final Set<String> NETWORK_OPTIONS =
      Set.of(
          "--cell", "--hidden", "--layers", "--embedding", "--tie-embeddings", "--vocabulary-size");
  private static final Set<String> TRAINING_OPTIONS =
      Set.of(
          "--batch-size", "--sequence-length", "--kernel", "--shards", "--precision", "--profile");
  private static final int TRACED_STEPS = 10;
  private static final List<Integer> TEXTS = List.of(1, 64);

  private record Training(ModelConfig network, BatchShape shape) {}

  private enum Measurement {
    PRODUCTS,
    TRAINING,
    GENERATION;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The options that this measurement uses, besides those that all use. */
    Set<String> options() {
      Set<String> options = new HashSet<>();
      switch (this) {
        case PRODUCTS -> options.add("--threads");
        case TRAINING -> {
          options.addAll(NETWORK_OPTIONS);
          options.addAll(TRAINING_OPTIONS);
          options.addAll(Set.of("--threads", "--rounds", "--steps", "--by-turns"));
        }
        case GENERATION -> {
          options.addAll(NETWORK_OPTIONS);
          options.addAll(Set.of("--count", "--rounds", "--steps", "--by-turns"));
        }
      }
      return options;
    }
  }

  @Parameters(
      arity = "0..*",
      paramLabel = "WHAT",
      description = "What to measure: ${COMPLETION-CANDIDATES} (default: all).")
  private Set<Measurement> what = EnumSet.allOf(Measurement.class);

  @Option(
      names = "--vocabulary-size",
      paramLabel = "N",
      defaultValue = "65",
      description = "Number of distinct characters (default: ${DEFAULT-VALUE}).")
  private int vocabularySize;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Texts to generate in parallel (default: 1, then 64).")
  private Integer count;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds of each measurement (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Training steps, or characters of each text, in a round; 0 takes as many as fit into a"
              + " second (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--profile",
      description = "Print where the time of a training step goes, by type of operation.")
  private boolean profile;

  @Option(names = "--json", description = "Print lines of JSON.")
  private boolean json;

  @Option(
      names = "--by-turns",
      description =
          "Take steps when another program asks for them: after the first step print ready, then"
              + " for each line N on standard input take N steps and print the seconds they took.")
  private boolean byTurns;

  @Mixin private VerboseOption verbose;
  @Spec private CommandSpec spec;
  private SettingValues given;
  private SessionSettings session;

  @Override
  public SettingOptions settings() {
    return SETTINGS;
  }

  @Override
  public Integer call() throws IOException {
    require(rounds >= 1, "--rounds must be at least 1, got " + rounds);
    require(steps >= 0, "--steps must be at least 0, got " + steps);
    require(count == null || count >= 1, "--count must be at least 1, got " + count);
    require(
        vocabularySize <= GenerationJob.MAX_CHARACTERS || !what.contains(Measurement.GENERATION),
        "--vocabulary-size must be at most %d for generation, got %d"
            .formatted(GenerationJob.MAX_CHARACTERS, vocabularySize));
    rejectIgnored();
    given =
        SETTINGS
            .given(spec)
            .derive("batch-size", BatchShape.DEFAULT.batchSize())
            .derive("sequence-length", BatchShape.DEFAULT.sequenceLength());
    session = VerboseOption.session(given);
    verbose.print(
        spec.commandLine().getErr(),
        session,
        what.stream().map(Measurement::toString).collect(joining(" and ")));
    if (byTurns) {
      takeTurns();
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

  private void rejectIgnored() {
    Set<String> used = new HashSet<>(Set.of("--json", "--verbose"));
    what.forEach(one -> used.addAll(one.options()));
    GivenOptions options = new GivenOptions(spec);
    options.rejectAllBut(
        used,
        "is not used by benchmark "
            + what.stream().map(Measurement::toString).collect(joining(" ")));
    if (byTurns) {
      options.rejectAny(
          "cannot be used with --by-turns", "--json", "--rounds", "--steps", "--profile");
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void measure(BenchmarkOutput output) {
    if (what.contains(Measurement.PRODUCTS)) {
      output.products(session.threads(), ProductSpeed.gigaflops(session));
    }
    if (what.contains(Measurement.TRAINING)) {
      trainings().forEach(training -> measure(training, output));
    }
    if (what.contains(Measurement.GENERATION)) {
      for (int texts : count == null ? TEXTS : List.of(count)) {
        try (Job job = generation(texts)) {
          measure(JobDescription.generation(network(), texts), job, output);
        }
      }
    }
  }

  private List<Training> trainings() {
    GivenOptions options = new GivenOptions(spec);
    Set<String> sizes = new HashSet<>(NETWORK_OPTIONS);
    sizes.addAll(Set.of("--batch-size", "--sequence-length"));
    return sizes.stream().anyMatch(options::has)
        ? List.of(new Training(network(), given.build(BatchShape.class)))
        : networks();
  }

  /** The lab's network, and three of usual sizes. */
  private static List<Training> networks() {
    return List.of(
        new Training(ModelConfig.lab(25, 25, 2), new BatchShape(170, 10)),
        new Training(ModelConfig.lab(65, 128, 2), new BatchShape(50, 50)),
        new Training(ModelConfig.lab(65, 512, 2), new BatchShape(50, 50)),
        new Training(ModelConfig.lab(65, 256, 3), new BatchShape(128, 64)));
  }

  private ModelConfig network() {
    return ModelConfig.withEmbedding(given, 0)
        .build(ModelConfig.class, Map.of("classes", vocabularySize));
  }

  private void measure(Training training, BenchmarkOutput output) {
    ComputeKernel kernel = kernel(training);
    try (TrainingJob job = job(training, kernel)) {
      JobDescription description =
          JobDescription.training(training.network(), training.shape(), kernel);
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

  private TrainingJob job(Training training, ComputeKernel kernel) {
    MemoryCheck.requireTraining(
        RunKind.TRAIN, MemoryCheck.Fixed.NOTHING, training.network(), training.shape(), kernel);
    return new TrainingJob(training.network(), training.shape(), kernel, session);
  }

  private Job generation(int texts) {
    MemoryCheck.requireGeneration(network(), "--count", texts, 0);
    return new GenerationJob(network(), texts);
  }

  private ComputeKernel kernel(Training training) {
    KernelChoice choice =
        KernelChoice.of(
            given, training.network(), training.shape(), ComputeKernel.Kind.FUSED, true, session);
    choice
        .precision()
        .ifPresent(precision -> spec.commandLine().getErr().println("charrnn: " + precision));
    return choice.kernel();
  }

  private void takeTurns() throws IOException {
    boolean trains = what.equals(EnumSet.of(Measurement.TRAINING));
    require(
        trains || what.equals(EnumSet.of(Measurement.GENERATION)),
        "--by-turns measures either training or generation");
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Job job = trains ? training() : generation(count == null ? 1 : count)) {
      job.run(1);
      print("ready");
      for (String request = requests.readLine(); request != null; request = requests.readLine()) {
        require(request.matches("\\d{1,9}"), "expected a number of steps, got '" + request + "'");
        print(String.valueOf(Rounds.time(job, Integer.parseInt(request))));
      }
    }
  }

  private Job training() {
    Training training = new Training(network(), given.build(BatchShape.class));
    return job(training, kernel(training));
  }

  private void print(String line) {
    out().println(line);
    out().flush();
  }
}
