package org.charrnn.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.charrnn.bulk.BulkGeneration;
import org.charrnn.cli.options.EngineOptions;
import org.charrnn.cli.options.GivenOptions;
import org.charrnn.cli.options.ModelArgument;
import org.charrnn.cli.options.PrimeOptions;
import org.charrnn.cli.options.SettingOptions;
import org.charrnn.cli.training.MemoryCheck;
import org.charrnn.decoding.BeamSearch;
import org.charrnn.decoding.SamplingConfig;
import org.charrnn.engine.Engine;
import org.charrnn.model.generation.GenerationModel;
import org.charrnn.model.generation.StepModel;
import org.charrnn.settings.RunKind;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.Vocabulary;
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

  @Mixin private ModelArgument model;
  @Mixin private PrimeOptions prime;

  @Option(
      names = "--primes",
      paramLabel = "FILE",
      description =
          "Continue each line of a UTF-8 file, or of - for standard input; prints JSON objects with"
              + " prime and text, one per line.")
  private Path primes;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "500",
      description = "Characters or words to generate (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(names = "--greedy", description = "Always take the most likely token.")
  private boolean greedy;

  @Option(
      names = "--beam",
      paramLabel = "WIDTH",
      defaultValue = "0",
      description =
          "Search for the most likely text by beam search instead of sampling; 0 samples (default:"
              + " ${DEFAULT-VALUE}).")
  private int beam;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of texts (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the sampled tokens (default: ${DEFAULT-VALUE}).")
  private long seed;

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
    if (primes != null) {
      generateMany(trained, sampling);
      return ExitCodes.DONE;
    }
    TextNormalization normalization = trained.config().text().normalization();
    String primeText = prime.text(normalization);
    int[] primeIds = prime.encode(trained.vocabulary(), normalization, this::remark);
    MemoryCheck.requireGeneration(
        trained.config().model(),
        beam == 0 ? "--count" : "--beam",
        beam == 0 ? count : beam,
        (long) primeIds.length + length);
    PrintWriter out = out();
    if (beam != 0) {
      search(trained, new Prime(primeText, primeIds), out);
    } else {
      try {
        generate(trained, sampling, new Prime(primeText, primeIds), out);
      } catch (NoReaderException e) {
        return ExitCodes.DONE;
      }
    }
    out.flush();
    return ExitCodes.DONE;
  }

  /** A text to continue, and its ids. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Prime(String text, int[] ids) {}

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
    } else if (!engine.isLocal()) {
      given.rejectAny("needs --primes: a single text is generated here", "--engine");
    }
    if (beam != 0) {
      given.rejectAny(
          "cannot be used with --beam, which samples nothing",
          "--temperature",
          "--top-k",
          "--top-p",
          "--greedy",
          "--whitespace",
          "--count",
          "--seed");
    }
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

  private void generateMany(TrainedModel trained, SamplingConfig sampling) {
    BulkGeneration generation = new BulkGeneration(sampling, length, count, seed);
    MemoryCheck.requireGeneration(trained.config().model(), "--count", count, length);
    PromptFile file =
        new PromptFile(primes, trained.vocabulary(), trained.config().text().normalization());
    file.unknownTokens().ifPresent(this::remark);
    try (Engine started = engine.start()) {
      file.generate(started, trained, generation, out());
    }
  }

  private void search(TrainedModel trained, Prime start, PrintWriter out) {
    Vocabulary vocabulary = trained.vocabulary();
    try (StepModel network = StepModel.open(trained.config().model(), trained.weights())) {
      BeamSearch search = new BeamSearch(network, beam, vocabulary.unknownIds());
      out.println(start.text() + vocabulary.decode(search.search(start.ids(), length).ids()));
    }
  }

  /** The reader of the output has closed it, as {@code head} does. */
  private static final class NoReaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Prints the first text while it is generated, then the others. */
  private void generate(
      TrainedModel trained, SamplingConfig sampling, Prime start, PrintWriter out) {
    Vocabulary vocabulary = trained.vocabulary();
    List<StringBuilder> others = new ArrayList<>();
    IntStream.range(1, count).forEach(row -> others.add(new StringBuilder(start.text())));
    try (GenerationModel network =
        GenerationModel.open(trained.config().model(), vocabulary, sampling, trained.weights())) {
      out.print(start.text());
      network.generate(
          start.ids(),
          length,
          count,
          seed,
          (row, id) -> {
            if (row == 0) {
              out.print(vocabulary.token(id));
              if (out.checkError()) { // which flushes
                throw new NoReaderException();
              }
            } else {
              others.get(row - 1).append(vocabulary.token(id));
            }
          });
    }
    out.println();
    others.forEach(text -> out.println(System.lineSeparator() + text));
  }
}
