package org.charrnn.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.charrnn.InputException;
import org.charrnn.bulk.BulkGeneration;
import org.charrnn.engine.Engine;
import org.charrnn.model.GenerationModel;
import org.charrnn.model.StepModel;
import org.charrnn.sample.BeamSearch;
import org.charrnn.sample.SamplingConfig;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes text. */
@Command(name = "sample", description = "Writes text with a trained model.", sortOptions = false)
final class SampleCommand implements Callable<Integer> {
  @Mixin private ModelArgument model;

  @Mixin private PrimeOptions prime;

  @Option(
      names = "--primes",
      paramLabel = "FILE",
      description =
          "Many texts, one from each line of a UTF-8 file; they come out as JSON, an object with"
              + " prime and text on each line.")
  private Path primes;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "500",
      description = "Characters or words to write (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "1",
      description =
          "Below 1 the likely becomes likelier, above 1 less so (default:" + " ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draw only from the K likeliest; 0 for all (default: ${DEFAULT-VALUE}).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description =
          "Draw only from the likeliest that together reach probability P (default:"
              + " ${DEFAULT-VALUE}).")
  private double topP;

  @Option(names = "--greedy", description = "Take the likeliest, always.")
  private boolean greedy;

  @Option(
      names = "--whitespace",
      description = "Draw only where a word starts; inside a word take the likeliest.")
  private boolean whitespace;

  @Option(
      names = "--beam",
      paramLabel = "WIDTH",
      defaultValue = "0",
      description = "Look for the likeliest text by beam search instead of drawing.")
  private int beam;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "Texts to write (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides what is drawn (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private EngineOptions engine;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (primes != null && isGiven("--prime", "--prime-file", "--beam")) {
      throw new InputException("--prime, --prime-file and --beam do not go with --primes");
    }
    if (primes == null && !engine.isLocal()) {
      throw new InputException("a single text is written here: --engine spark goes with --primes");
    }
    if (beam != 0 && isDrawingAsked()) {
      throw new InputException(
          "--beam draws nothing: of the other options only --prime, --prime-file and --length go"
              + " with it");
    }
    if (greedy && isGiven("--temperature", "--top-k", "--top-p", "--whitespace")) {
      throw new InputException(
          "--greedy draws nothing: --temperature, --top-k, --top-p and --whitespace do not go with"
              + " it");
    }
    SamplingConfig sampling = new SamplingConfig(greedy ? 0 : temperature, topK, topP, whitespace);
    TrainedModel trained = model.open();
    if (primes != null) {
      BulkGeneration how = new BulkGeneration(sampling, length, count, seed);
      Memory.requireRows(trained.config().model(), "--count", count, length);
      ManyTexts texts = new ManyTexts(primes, trained.vocabulary());
      try (Engine started = engine.start()) {
        texts.write(started, trained, how, spec.commandLine().getOut());
      }
      return ExitCodes.DONE;
    }
    int[] primeIds = prime.encode(trained.vocabulary());
    Memory.requireRows(
        trained.config().model(),
        beam == 0 ? "--count" : "--beam",
        beam == 0 ? count : beam,
        (long) primeIds.length + length);
    PrintWriter out = spec.commandLine().getOut();
    if (beam != 0) {
      search(trained, primeIds, out);
    } else {
      try {
        draw(trained, sampling, primeIds, out);
      } catch (NoReaderException enough) {
        return ExitCodes.DONE;
      }
    }
    out.flush();
    return ExitCodes.DONE;
  }

  private boolean isDrawingAsked() {
    return isGiven(
        "--temperature", "--top-k", "--top-p", "--greedy", "--whitespace", "--count", "--seed");
  }

  private boolean isGiven(String... options) {
    return Stream.of(options).anyMatch(spec.commandLine().getParseResult()::hasMatchedOption);
  }

  private void search(TrainedModel trained, int[] primeIds, PrintWriter out) {
    Vocabulary vocabulary = trained.vocabulary();
    var weights = trained.weights(); // before the network, for which a config may claim any size
    try (StepModel network = new StepModel(trained.config().model())) {
      network.setWeights(weights);
      BeamSearch search = new BeamSearch(network, beam, vocabulary.unknownIds());
      out.println(prime.text() + vocabulary.decode(search.search(primeIds, length).ids()));
    }
  }

  /** Whoever read the text, such as head, has seen enough. */
  private static final class NoReaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** One text goes out as it is made; of several, the first does, and the others after it. */
  private void draw(
      TrainedModel trained, SamplingConfig sampling, int[] primeIds, PrintWriter out) {
    Vocabulary vocabulary = trained.vocabulary();
    List<StringBuilder> later = new ArrayList<>();
    IntStream.range(1, count).forEach(row -> later.add(new StringBuilder(prime.text())));
    var weights = trained.weights(); // before the network, for which a config may claim any size
    try (GenerationModel network =
        new GenerationModel(trained.config().model(), vocabulary, sampling)) {
      network.setWeights(weights);
      out.print(prime.text());
      network.generate(
          primeIds,
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
              later.get(row - 1).append(vocabulary.token(id));
            }
          });
    }
    out.println();
    later.forEach(text -> out.println(System.lineSeparator() + text));
  }
}
