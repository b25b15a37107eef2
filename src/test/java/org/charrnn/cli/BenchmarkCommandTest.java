package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The output for tiny networks. Times are not checked. */
class BenchmarkCommandTest {
  private static final List<String> TINY_NETWORK =
      List.of("--hidden=4", "--layers=1", "--vocabulary-size=5");
  private static final List<String> TINY_BATCH = List.of("--batch-size=6", "--sequence-length=3");

  private static Run benchmark(String... more) {
    List<String> args = new ArrayList<>(List.of("benchmark"));
    args.addAll(TINY_NETWORK);
    if (!List.of(more).contains("generation") || List.of(more).contains("training")) {
      args.addAll(TINY_BATCH); // generation has no batch
    }
    args.addAll(List.of(more));
    return Run.of(args);
  }

  private static List<JsonNode> json(Run run) throws IOException {
    run.assertDone();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void jsonHasLineForEachRoundAndTotal() throws IOException {
    List<JsonNode> lines = json(benchmark("training", "--json", "--rounds=3", "--steps=7"));
    assertThat(lines).hasSize(4);
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      JsonNode round = lines.get(i).get("round");
      assertThat(round.get("round").asInt()).isEqualTo(i);
      assertThat(round.get("steps").asInt()).isEqualTo(7);
      assertThat(round.get("job").get("kernel").asText()).isEqualTo("fused, 1 shard, float32");
      assertThat(round.get("job").get("network").get("hidden_size").asInt()).isEqualTo(4);
      // A TensorFlow call allocates a few Java objects; arrays the size of a batch would exceed
      // this.
      assertThat(round.get("heap_bytes").asLong()).isBetween(7L, 7L * 20_000);
      seconds.add(round.get("seconds").asDouble() / 7);
    }
    double median = seconds.stream().sorted().toList().get(1);
    JsonNode total = lines.get(3).get("total");
    assertThat(total.get("seconds_per_step").asDouble()).isCloseTo(median, within(1e-12));
    assertThat(total.get("characters_per_second").asDouble() * median)
        .isCloseTo(6 * 3, within(1e-6));
    // Forward and backward: 3 products of 18 rows with weights [4, 16] and [4, 5].
    assertThat(total.get("gigaflops").asDouble() * 1e9 * median)
        .isCloseTo(3 * 2 * 18 * (4 * 16 + 4 * 5), within(1e-3));
  }

  /** A product with the embeddings takes the place of that with softmax_w. */
  @Test
  void tiedEmbeddingsAreMultiplied() throws IOException {
    List<JsonNode> lines =
        json(benchmark("training", "--json", "--rounds=1", "--steps=1", "--tie-embeddings"));
    JsonNode total = lines.get(1).get("total");
    assertThat(total.get("job").get("network").get("tie_embeddings").asBoolean()).isTrue();
    assertThat(total.get("gigaflops").asDouble() * 1e9 * total.get("seconds_per_step").asDouble())
        .isCloseTo(3 * 2 * 18 * (8 * 16 + 4 * 5), within(1e-3));
  }

  @Test
  void profileCountsOperationsOfStep() throws IOException {
    List<JsonNode> lines =
        json(benchmark("training", "--json", "--rounds=1", "--steps=1", "--profile", "--shards=2"));
    JsonNode operations = lines.get(2).get("profile").get("operations");
    List<String> types = operations.findValuesAsText("type");
    int gradient = types.indexOf("LSTMBlockCellGrad"); // one per shard and time step
    assertThat(operations.get(gradient).get("count").asDouble()).isEqualTo(2 * 3);
    assertThat(operations.get(types.indexOf("ResourceApplyAdam")).get("count").asDouble())
        .isEqualTo(4); // kernel, bias, softmax_w, softmax_b
  }

  @Test
  void speedOfParallelTextsIsTheirTotal() throws IOException {
    List<JsonNode> lines =
        json(benchmark("generation", "--json", "--rounds=1", "--steps=9", "--count=3"));
    JsonNode total = lines.get(1).get("total");
    double seconds = total.get("seconds_per_step").asDouble();
    assertThat(total.get("characters_per_second").asDouble() * seconds).isCloseTo(3, within(1e-6));
  }

  @Test
  void textOutputHasSpeedAndSizes() {
    Run run = benchmark("products", "training", "generation", "--rounds=1", "--steps=2");
    run.assertDone();
    assertThat(String.join("\n", run.out()))
        .containsPattern("large matrix products on \\d+ threads?: \\d+ GFLOP/s")
        .containsPattern(
            "training, 6 rows x 3 time steps, 1 x 4 lstm on 5 characters;"
                + " kernel fused, 1 shard, float32\n"
                + "  [\\d.]+ ms per step \\([\\d.]+ to [\\d.]+ in 1 round of 2\\),"
                + " [\\d,]+ characters per second\n"
                + "  [\\d.]+ GFLOP/s, \\d+% of the speed of large products")
        .contains("generation, 1 text in parallel", "generation, 64 texts in parallel");
  }

  @Test
  void stepsAreTakenOnRequest() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("3\n1\n".getBytes(StandardCharsets.UTF_8)));
    try {
      Run run = benchmark("training", "--by-turns");
      assertThat(run.out()).hasSize(3).first().isEqualTo("ready");
      assertThat(run.out().subList(1, 3)).allMatch(line -> Double.parseDouble(line) > 0);
    } finally {
      System.setIn(before);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--rounds=0, --rounds must be at least 1",
    "--steps=-1, --steps must be at least 0",
    "--count=0, --count must be at least 1",
    "--by-turns, --by-turns measures either training or generation",
    "--embedding=-1, --embedding must be from 0",
    "--shards=7, --shards must be at most the rows of a batch",
    "--threads=0, --threads must be from 1 to 1024, got 0"
  })
  void invalidValueIsRejected(String option, String message) {
    benchmark("training", "generation", option).assertRejected(message);
  }

  @Test
  void moreCharactersThanUnicodeHasAreRejected() {
    Run.of("benchmark", "generation", "--vocabulary-size=1112032")
        .assertRejected("--vocabulary-size must be at most 1112031 for generation, got 1112032");
  }
}
