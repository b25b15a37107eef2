package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.charrnn.model.BatchShape;
import org.charrnn.model.Kernel;
import org.charrnn.model.ModelConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that no machine has room for: they are refused before a part of one is made. */
class MemoryTest {
  /** Each of so many time steps would be a part of the graph; the numbers are few. */
  @ParameterizedTest
  @CsvSource({
    "ops, 1, ', or --kernel fused --shards 1, which takes less'",
    "fused, 1, ''",
    "fused, 2, ', or fewer --shards'"
  })
  void aGraphThatIsTooLargeIsRefusedAndTheWayOutIsTold(String kernel, int shards, String way) {
    Run refused =
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
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .last()
        .asString()
        .startsWith("charrnn: a graph of 100 layers by 100,000,000 time steps takes about ")
        .endsWith(" GB; give less --layers or --sequence-length" + way);
  }

  @Test
  void soIsTheLabsOfALongText(@TempDir Path directory) throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), "ab".repeat(1_000_001));
    Path run = directory.resolve("run");
    Run refused =
        Run.of(
            "train",
            "--text=" + text,
            "--run=" + run,
            "--layers=1",
            "--hidden=1",
            "--sequence-length=2000000");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .singleElement()
        .asString()
        .startsWith("charrnn: a graph of 1 layers by 2,000,000 time steps takes about ");
    assertThat(run).doesNotExist();
  }

  @Test
  void theLabAndOrdinaryNetworksAreNot() {
    assertThatCode(
            () -> {
              Memory.require(ModelConfig.lab(25, 25, 2), new BatchShape(170, 10), Kernel.OPS);
              Memory.require(ModelConfig.lab(65, 128, 2), new BatchShape(50, 50), Kernel.fused(2));
            })
        .doesNotThrowAnyException();
  }
}
