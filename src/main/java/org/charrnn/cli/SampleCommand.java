package org.charrnn.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.charrnn.bulk.BulkGeneration;
import org.charrnn.cli.limits.MemoryCheck;
import org.charrnn.cli.options.EngineOptions;
import org.charrnn.cli.options.GivenOptions;
import org.charrnn.cli.options.ModelArgument;
import org.charrnn.cli.options.PrimeOptions;
import org.charrnn.cli.options.SettingOptions;
import org.charrnn.cli.sampling.BeamOptions;
import org.charrnn.cli.sampling.BeamText;
import org.charrnn.cli.sampling.JsonOptions;
import org.charrnn.cli.sampling.JsonTexts;
import org.charrnn.cli.sampling.PlainTexts;
import org.charrnn.cli.sampling.SeedOption;
import org.charrnn.cli.sampling.TextOutput;
import org.charrnn.cli.sampling.TextOutput.NoReaderException;
import org.charrnn.cli.sampling.UntilOption;
import org.charrnn.decoding.AllowedTokens;
import org.charrnn.decoding.BeamConfig;
import org.charrnn.decoding.GeneratedText;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.decoding.StopString;
import org.charrnn.engine.Engine;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.generation.SearchModel;
import org.charrnn.model.generation.StepModel;
import org.charrnn.model.measure.MemoryEstimate;
import org.charrnn.settings.RunKind;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TextNormalization;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Generates text. */
@Command(
    name = "sample",
    description = "Generates text with a trained model.",
    abbreviateSynopsis = true,
    sortOptions = false,
    modelTransformer = SettingsCommand.Transformer.class)
final class SampleCommand implements Callable<Integer>, SettingsCommand {
  private static final SettingOptions SETTINGS =
      SettingOptions.of(RunKind.TRAIN).with("Sampling", SamplingConfig.class);

  /** Tokens of a text that ends with a string: then the length is just a limit. */
  private static final int MAX_EXPECTED_LENGTH = 10_000;

  @Mixin private ModelArgument model;
  @Mixin private PrimeOptions prime;

  @Option(
      names = "--primes",
      paramLabel = "FILE",
      description =
          "Continue each line of a UTF-8 file, or of - for standard input; prints JSON objects as"
              + " --json does, in the order of the lines.")
  private Path primes;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "500",
      description = "Characters or words to generate (default: ${DEFAULT-VALUE}).")
  private int length;

  @Mixin private UntilOption until;

  @Option(names = "--greedy", description = "Always take the most likely token.")
  private boolean greedy;

  @Mixin private BeamOptions beam;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of texts (default: ${DEFAULT-VALUE}).")
  private int count;

  @Mixin private SeedOption seed;

  @Mixin private JsonOptions json;

  @Option(
      names = "--raw",
      description =
          "Print control characters as they are on a terminal, too, where they are otherwise"
              + " escaped, such as \\u001b; pipes and files always get them as they are.")
  private boolean raw;

  @Mixin private EngineOptions engine;
  @Spec private CommandSpec spec;

  @Override
  public SettingOptions settings() {
    return SETTINGS;
  }

  @Override
  public Integer call() {
    rejectIgnored();
    SamplingConfig sampling = sampling();
    TrainedModel trained = model.open();
    GenerationModel.requireUsable(sampling, trained.vocabulary());
    StopString stop = until.string(trained.vocabulary(), normalization(trained));
    TextOutput out = new TextOutput(out());
    try {
      if (primes != null) {
        return generateMany(trained, sampling, stop, out);
      } else if (beam.isGiven()) {
        search(trained, sampling, stop, out);
      } else {
        generate(trained, sampling, stop, out);
      }
    } catch (NoReaderException e) {
      return ExitCodes.DONE;
    }
    return ExitCodes.DONE;
  }

  /** A text to continue, and its ids. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Prime(String text, int[] ids) {}

  private Prime prime(TrainedModel trained) {
    TextNormalization normalization = normalization(trained);
    return new Prime(
        prime.text(normalization), prime.encode(trained.vocabulary(), normalization, this::remark));
  }

  private static TextNormalization normalization(TrainedModel trained) {
    return trained.config().text().normalization();
  }

  private PrintWriter out() {
    PrintWriter out = spec.commandLine().getOut();
    return raw ? out : StandardStream.escaped(out);
  }

  private void remark(String line) {
    spec.commandLine().getErr().println("charrnn: " + line);
  }

  private void rejectIgnored() {
    GivenOptions given = new GivenOptions(spec);
    engine.check();
    if (primes != null) {
      given.rejectAny("cannot be used with --primes", "--prime", "--prime-file", "--beam");
      given.rejectAny("cannot be used with --primes, whose JSON escapes them", "--raw");
    } else {
      json.rejectIgnored(given);
      if (!engine.isLocal()) {
        given.rejectAny("needs --primes: a single text is generated here", "--engine");
      }
    }
    beam.rejectIgnored(given);
    if (greedy) {
      given.rejectAny(
          "cannot be used with --greedy, which samples nothing",
          "--temperature",
          "--top-k",
          "--top-p",
          "--whitespace");
    }
  }

  private SamplingConfig sampling() {
    if (greedy) {
      return SamplingConfig.GREEDY;
    }
    SamplingConfig sampling = SETTINGS.given(spec).build(SamplingConfig.class);
    if (sampling.temperature() == 0) {
      new GivenOptions(spec)
          .rejectAny(
              "cannot be used with --temperature 0, which samples nothing",
              "--top-k",
              "--top-p",
              "--whitespace");
    }
    return sampling;
  }

  private int generateMany(
      TrainedModel trained, SamplingConfig sampling, StopString stop, TextOutput out) {
    BulkGeneration generation = generation(sampling, stop);
    PromptFile file =
        new PromptFile(primes, trained.vocabulary(), normalization(trained), this::remark);
    int batchSize = batchSize(trained, file.longest());
    reportSeed(sampling, file.hasEmptyPrime());
    Optional<String> failures;
    try (Engine started = startEngine(trained, batchSize)) {
      failures = file.generate(started, trained, generation, batchSize, jsonTexts(sampling, out));
    }
    failures.ifPresent(this::remark);
    return failures.isPresent() ? ExitCodes.WORK_FAILED : ExitCodes.DONE;
  }

  /** Returns how many texts to generate at once, if the longest prime has so many tokens. */
  private int batchSize(TrainedModel trained, int longest) {
    int max = engine.isLocal() ? BulkGeneration.BATCH_SIZE : BulkGeneration.BATCH_SIZE_OF_TASK;
    int added = until.isGiven() ? Math.min(length, MAX_EXPECTED_LENGTH) : length;
    return MemoryCheck.batchSize(trained.config().model(), max, (long) longest + added);
  }

  private Engine startEngine(TrainedModel trained, int batchSize) {
    return engine.start(MemoryEstimate.generationBytes(trained.config().model(), batchSize));
  }

  private BulkGeneration generation(SamplingConfig sampling, StopString stop) {
    return new BulkGeneration(
        sampling, length, count, seed.number(), stop, json.probabilities(), session());
  }

  private SessionSettings session() {
    return engine.isLocal() ? SessionSettings.allCores() : SessionSettings.SEQUENTIAL;
  }

  private JsonTexts jsonTexts(SamplingConfig sampling, TextOutput out) {
    boolean isSampled = !beam.isGiven() && sampling.temperature() > 0;
    return new JsonTexts(out, seed.number(), isSampled, json.probabilities());
  }

  /**
   * Prints the seed if it matters, and rejects it if not.
   *
   * @param startsAtRandom whether there is a text without a prime, whose first token is sampled
   */
  private void reportSeed(SamplingConfig sampling, boolean startsAtRandom) {
    if (sampling.temperature() > 0 || startsAtRandom) {
      seed.report(spec.commandLine().getErr());
    } else {
      String option = greedy ? "--greedy" : "--temperature 0";
      new GivenOptions(spec)
          .rejectAny("has no effect with " + option + " and a prime: nothing is sampled", "--seed");
    }
  }

  private void search(
      TrainedModel trained, SamplingConfig sampling, StopString stop, TextOutput out) {
    BeamConfig config = beam.config(trained.vocabulary().level());
    Prime start = prime(trained);
    requireMemory(trained, "--beam", beam.width(), start);
    AllowedTokens allowed =
        new AllowedTokens(trained.vocabulary().size(), trained.vocabulary().unknownIds());
    try (SearchModel network =
        SearchModel.open(trained.config().model(), allowed, trained.weights())) {
      BeamText search = new BeamText(network, trained.vocabulary(), config, length, stop);
      GeneratedText text;
      if (json.isGiven()) {
        text = search.find(start.ids());
        jsonTexts(sampling, out).print(start.text(), withProbabilities(trained, start, text));
      } else {
        text = search.print(start.text(), start.ids(), out);
      }
      beam.reportEnd(config, text, spec.commandLine().getErr());
    }
  }

  /** Returns the text with the probabilities of its tokens if they were asked for. */
  private GeneratedText withProbabilities(TrainedModel trained, Prime start, GeneratedText text) {
    if (!json.probabilities()) {
      return text;
    }
    try (StepModel network = StepModel.open(trained.config().model(), trained.weights())) {
      return GeneratedText.withProbabilities(List.of(text), network, List.of(start.ids())).get(0);
    }
  }

  private void requireMemory(TrainedModel trained, String option, int rows, Prime start) {
    MemoryCheck.requireGeneration(
        trained.config().model(), option, rows, (long) start.ids().length + length);
  }

  private void generate(
      TrainedModel trained, SamplingConfig sampling, StopString stop, TextOutput out) {
    Prime start = prime(trained);
    BulkGeneration generation = generation(sampling, stop); // which checks the numbers
    if (json.isGiven()) {
      int batchSize = batchSize(trained, start.ids().length);
      reportSeed(sampling, start.ids().length == 0);
      JsonTexts texts = jsonTexts(sampling, out);
      try (Engine here = startEngine(trained, batchSize)) {
        generation.generate(
            here,
            trained,
            List.of(new BulkGeneration.Prime(0, start.ids())).iterator(),
            batchSize,
            (index, text) -> texts.print(start.text(), text));
      }
    } else {
      requireMemory(trained, "--count", count, start);
      reportSeed(sampling, start.ids().length == 0);
      try (GenerationModel network =
          GenerationModel.open(
              trained.config().model(),
              trained.vocabulary(),
              sampling,
              trained.weights(),
              session())) {
        PlainTexts texts = new PlainTexts(out, start.text(), trained.vocabulary(), stop, count);
        network.generate(start.ids(), length, count, seed.number(), texts);
        texts.finish();
      }
    }
  }
}
