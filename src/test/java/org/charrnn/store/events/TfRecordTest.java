package org.charrnn.store.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TfRecordTest {
  /** Records written by {@code tf.io.TFRecordWriter} of TensorFlow 2.18. */
  @ParameterizedTest
  @CsvSource({
    "'', 000000000000000029039807d8ea82a2",
    "123456789, 090000000000000037f97139313233343536373839e5b08ac7"
  })
  void recordEqualsThatOfTensorFlow(String data, String record) {
    assertThat(TfRecord.of(data.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(HexFormat.of().parseHex(record));
  }
}
