package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelTest {
  @ParameterizedTest
  @CsvSource({
    "50, 2, 2", // one for each core
    "50, 1, 1",
    "50, 16, 10", // at least 5 rows each
    "10, 2, 2",
    "9, 2, 1",
    "1, 8, 1"
  })
  void shardsFollowCoresAndRows(int batch, int cores, int shards) {
    assertThat(Kernel.shards(new BatchShape(batch, 50), cores)).isEqualTo(shards);
  }

  @Test
  void shardsAreForTheFusedKernel() {
    assertThat(new Kernel(Kernel.Kind.OPS, 1, Precision.FLOAT32)).isEqualTo(Kernel.OPS);
    assertThatThrownBy(() -> new Kernel(Kernel.Kind.OPS, 2, Precision.FLOAT32))
        .isInstanceOf(InputException.class)
        .hasMessage("--shards goes with --kernel fused; ops does not split the batch");
  }

  @Test
  void lowerPrecisionIsForTheFusedKernel() {
    assertThatThrownBy(() -> new Kernel(Kernel.Kind.OPS, 1, Precision.BFLOAT16))
        .isInstanceOf(InputException.class)
        .hasMessage("--precision bfloat16 goes with --kernel fused; ops computes in float32");
  }

  @Test
  void everyShardHasARow() {
    BatchShape shape = new BatchShape(3, 5);
    assertThat(Kernel.fused(3).require(shape)).isEqualTo(Kernel.fused(3));
    assertThatThrownBy(() -> Kernel.fused(4).require(shape))
        .isInstanceOf(InputException.class)
        .hasMessage("--shards must be at most the rows of a batch, or slice, 3, got 4");
  }
}
