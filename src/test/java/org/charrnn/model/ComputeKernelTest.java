package org.charrnn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.charrnn.settings.BatchShape;
import org.charrnn.settings.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComputeKernelTest {
  @ParameterizedTest
  @CsvSource({
    "50, 2, 2", // one for each core
    "50, 1, 1",
    "50, 16, 10", // at least 5 rows in each
    "10, 2, 2",
    "9, 2, 1",
    "1, 8, 1"
  })
  void defaultShardsDependOnCoresAndRows(int batch, int cores, int shards) {
    assertThat(ComputeKernel.defaultShards(new BatchShape(batch, 50), cores)).isEqualTo(shards);
  }

  @Test
  void severalShardsNeedTheFusedKernel() {
    assertThat(new ComputeKernel(ComputeKernel.Kind.OPS, 1, Precision.FLOAT32))
        .isEqualTo(ComputeKernel.OPS);
    assertThatThrownBy(() -> new ComputeKernel(ComputeKernel.Kind.OPS, 2, Precision.FLOAT32))
        .isInstanceOf(SettingException.class)
        .hasMessage("shards needs the fused kernel; ops does not split a batch");
  }

  @Test
  void lowerPrecisionNeedsTheFusedKernel() {
    assertThatThrownBy(() -> new ComputeKernel(ComputeKernel.Kind.OPS, 1, Precision.BFLOAT16))
        .isInstanceOf(SettingException.class)
        .hasMessage("precision bfloat16 needs the fused kernel; ops computes in float32");
  }

  @Test
  void moreShardsThanRowsAreRejected() {
    BatchShape shape = new BatchShape(3, 5);
    assertThat(ComputeKernel.fused(3).require(shape)).isEqualTo(ComputeKernel.fused(3));
    assertThatThrownBy(() -> ComputeKernel.fused(4).require(shape))
        .isInstanceOf(SettingException.class)
        .hasMessage("shards must be at most the rows of a batch, or of a slice, 3, got 4");
  }
}
