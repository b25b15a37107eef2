package org.charrnn.cli.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.charrnn.InputException;
import org.charrnn.cli.Run;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that fit into no machine's memory are rejected before any of it is allocated. */
class MemoryCheckTest {
  /** Every time step would be a part of the graph, while the tensors are small. */
  @ParameterizedTest
  @CsvSource({
    "ops, 1, ', or use --kernel fused --shards 1, which needs less'",
    "fused, 1, ''",
    "fused, 2, ', or --shards'"
  })
  void messageForLargeGraphSaysWhatToReduce(String kernel, int shards, String more) {
    Run rejected =
        Run.of(
            "benchmark",
            "training",
            "--batch-size=2",
            "--layers=100",
            "--hidden=1",
            "--vocabulary-size=2",
            "--sequence-length=100000000",
            "--kernel=" + kernel,
            "--shards=" + shards);
    assertThat(rejected.exitCode()).isEqualTo(2);
    assertThat(rejected.err())
        .last()
        .asString()
        .startsWith("charrnn: a graph of 100 layers by 100,000,000 time steps needs about ")
        .endsWith(" GB; reduce --layers or --sequence-length" + more);
  }

  @Test
  void vocabularyIsNamedFirstIfItIsTheCause() {
    Run rejected = Run.of("benchmark", "training", "--vocabulary-size=1000000000", "--hidden=100");
    rejected.assertRejected();
    assertThat(rejected.err())
        .last()
        .asString()
        .endsWith(
            "100% of it is for the vocabulary of 1,000,000,000 tokens: use a smaller"
                + " --vocabulary-size, --batch-size, --sequence-length, --hidden or --layers");
  }

  @Test
  void vocabularyIsNotNamedIfOtherSizesAreTheCause() {
    Run rejected = Run.of("benchmark", "training", "--vocabulary-size=100", "--hidden=1000000");
    rejected.assertRejected();
    assertThat(rejected.err()).last().asString().doesNotContain("vocabulary");
  }

  /** A model that is continued has its vocabulary and network; a run has all sizes. */
  @ParameterizedTest
  @CsvSource({
    "NETWORK, 'tokens: use a smaller --batch-size or --sequence-length'",
    "SIZES, 'tokens: resume it on a larger machine'"
  })
  void onlySizesThatCanBeGivenAreNamed(MemoryCheck.Fixed fixed, String end) {
    ModelConfig model = ModelConfig.lab(1_000_000_000, 100, 1);
    assertThatThrownBy(
            () ->
                MemoryCheck.requireTraining(
                    RunKind.TRAIN, fixed, model, BatchShape.DEFAULT, ComputeKernel.fused(1)))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(end);
  }

  @Test
  void largeGraphOfLabIsRejected(@TempDir Path directory) throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), "ab".repeat(1_000_001));
    Path run = directory.resolve("run");
    Run rejected =
        Run.of(
            "lab",
            "--text=" + text,
            "--run=" + run,
            "--layers=1",
            "--hidden=1",
            "--sequence-length=2000000");
    rejected.assertRejected();
    assertThat(rejected.err().get(0))
        .startsWith("charrnn: a graph of 1 layers by 2,000,000 time steps needs about ");
    assertThat(run).doesNotExist();
  }

  @Test
  void labAndOrdinaryNetworksAreAccepted() {
    assertThatCode(
            () -> {
              MemoryCheck.requireTraining(
                  RunKind.LAB,
                  MemoryCheck.Fixed.NOTHING,
                  ModelConfig.lab(25, 25, 2),
                  new BatchShape(170, 10),
                  ComputeKernel.OPS);
              MemoryCheck.requireTraining(
                  RunKind.TRAIN,
                  MemoryCheck.Fixed.NOTHING,
                  ModelConfig.lab(65, 128, 2),
                  new BatchShape(50, 50),
                  ComputeKernel.fused(2));
            })
        .doesNotThrowAnyException();
  }

  /** The longest prime counts, and the length of the texts. */
  @Test
  void batchesOfLongTextsAreSmaller() {
    ModelConfig network = ModelConfig.lab(65, 128, 2);
    assertThat(MemoryCheck.batchSize(network, 128, 600)).isEqualTo(128);
    long heap = Runtime.getRuntime().maxMemory();
    int batch = MemoryCheck.batchSize(network, 128, heap / 10_000);
    assertThat(batch).isBetween(2, 64);
    assertThat(MemoryCheck.batchSize(network, 128, heap / 40)).isEqualTo(1);
    assertThatThrownBy(() -> MemoryCheck.batchSize(network, 128, heap / 4))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a text of ")
        .hasMessageEndingWith("use a smaller --length or a shorter prime");
  }
}
