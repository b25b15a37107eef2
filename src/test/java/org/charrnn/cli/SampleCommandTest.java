package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.charrnn.decoding.LanguageModel.Decoder;
import org.charrnn.model.generation.StepModel;
import org.charrnn.store.TrainedModel;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code charrnn sample} with a model trained so briefly that most tokens are uncertain. */
class SampleCommandTest {
  @TempDir static Path directory;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    run = train("run", LabText.SENTENCE.repeat(8), "--steps", "40");
  }

  private static Path train(String name, String text, String... more) throws IOException {
    Path to = directory.resolve(name);
    Path data = Files.writeString(directory.resolve(name + ".txt"), text);
    List<String> args =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                data.toString(),
                "--run",
                to.toString(),
                "--hidden",
                "16",
                "--batch-size",
                "8",
                "--sequence-length",
                "10",
                "--validation",
                "0",
                "--learning-rate",
                "0.02"));
    args.addAll(List.of(more));
    Run.of(args).assertDone();
    return to;
  }

  private static List<String> sample(Path model, String... more) {
    return Run.of(Stream.concat(Stream.of("sample", model), Stream.of(more)).toArray())
        .assertDone()
        .out();
  }

  /** The argmax of the logits, step by step in plain Java. */
  @Test
  void greedyTakesArgmaxOfEachStep() {
    TrainedModel trained = TrainedModel.open(run);
    StringBuilder expected = new StringBuilder("ship");
    try (StepModel model = StepModel.open(trained.config().model(), trained.weights())) {
      try (Decoder decoder = model.start(1)) {
        float[] logits = decoder.read(trained.vocabulary().encode("ship"));
        for (int i = 0; i < 30; i++) {
          int best = 0;
          for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
          }
          expected.append(trained.vocabulary().token(best));
          logits = decoder.step(new int[] {best})[0];
        }
      }
    }
    String[] prime = {"--prime", "ship", "--length", "30"};
    assertThat(sample(run, with(prime, "--greedy"))).containsExactly(expected.toString());
    assertThat(sample(run, with(prime, "--top-k", "1"))).containsExactly(expected.toString());
    assertThat(sample(run, with(prime, "--beam", "1"))).containsExactly(expected.toString());
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void runCheckpointAndSavedModelSampleSameText() {
    List<String> text = sample(run, "--length", "60", "--seed", "7");
    assertThat(sample(run, "--length", "60", "--seed", "7")).isEqualTo(text);
    assertThat(sample(run.resolve("checkpoints/step-40"), "--length", "60", "--seed", "7"))
        .isEqualTo(text);
    assertThat(sample(run.resolve("saved_model"), "--length", "60", "--seed", "7")).isEqualTo(text);
    assertThat(sample(run, "--length", "60", "--seed", "8")).isNotEqualTo(text);
  }

  @Test
  void textsAreSeparatedAndFirstEqualsSingleText() {
    String[] options = {"--length", "20", "--prime", "the"};
    List<String> texts = sample(run, with(options, "--count", "3"));
    assertThat(texts).hasSize(5);
    assertThat(texts.get(0)).isEqualTo(sample(run, options).get(0));
    assertThat(List.of(texts.get(1), texts.get(3))).containsOnly("");
    assertThat(List.of(texts.get(0), texts.get(2), texts.get(4)))
        .doesNotHaveDuplicates()
        .allSatisfy(text -> assertThat(text).startsWith("the").hasSize(23));
  }

  @Test
  void charactersMissingInVocabularyAreNamed() {
    Run.of("sample", run, "--prime", "Quo vadis?").assertRejected("--prime", "'Q'", "'v'", "'?'");
  }

  /** 200,000 characters are more than Linux allows in one argument. */
  @Test
  void primeFileCanBeLongerThanArgument() throws IOException {
    String text = LabText.SENTENCE.repeat(1200) + "if";
    Path file = Files.writeString(directory.resolve("prime.txt"), "\ufeff" + text);
    String[] rest = {"--length", "20", "--temperature", "0.5"};
    assertThat(sample(run, with(new String[] {"--prime-file", file.toString()}, rest)))
        .isEqualTo(sample(run, with(new String[] {"--prime", text}, rest)))
        .singleElement()
        .asString()
        .hasSize(text.length() + 20);
    Files.writeString(file, "if\r\nQ");
    Run.of("sample", run, "--prime-file", file)
        .assertRejected(file + ": the vocabulary has no characters U+000A, 'Q' (U+0051)");
  }

  @Test
  void invalidOptionsAreRejectedInOneLine() {
    for (List<String> options :
        List.of(
            List.of("--length", "0"),
            List.of("--count", "0"),
            List.of("--temperature", "-1"),
            List.of("--top-k", "-1"),
            List.of("--top-p", "0"),
            List.of("--beam", "-1"),
            List.of("--beam", "2", "--count", "2"),
            List.of("--beam", "2", "--greedy"),
            List.of("--greedy", "--temperature", "2"),
            List.of("--greedy", "--top-k", "2"),
            List.of("--greedy", "--whitespace"),
            List.of("--prime-file", run.resolve("config.json").toString(), "--prime", "a"))) {
      List<String> args = new ArrayList<>(List.of("sample", run.toString()));
      args.addAll(options);
      Run.of(args).assertRejected(options.get(0));
    }
    Run.of("sample", directory).assertRejected("neither a run");
  }

  /** Many words of the text are unknown, so the unknown token would soon be sampled. */
  @Test
  void unknownWordIsNeverSampled() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      text.append("we sail x").append(i).append(" away\n");
    }
    Path words =
        train("words", text.toString(), "--level", "word", "--min-count", "2", "--steps", "60");
    assertThat(Files.readString(words.resolve("vocabulary.json"))).contains("<unk>");
    List<String> sampled = sample(words, "--prime", "we", "--length", "200");
    assertThat(sampled.get(0)).startsWith("we");
    assertThat(String.join("\n", sampled)).doesNotContain("<unk>").containsPattern("we sail");
  }

  @Test
  void evaluatePrintsLossOfModel() {
    Run evaluated = Run.of("evaluate", run, directory.resolve("run.txt")).assertDone();
    assertThat(evaluated.out()).hasSize(4);
    double nats = Double.parseDouble(evaluated.out().get(0).replaceAll("[^.\\d]", ""));
    assertThat(nats).isBetween(0.5, Math.log(25)); // better than chance
    assertThat(evaluated.out().get(3)).contains("1,439 predicted, 0 unknown");
  }
}
