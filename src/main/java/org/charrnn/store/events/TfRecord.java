package org.charrnn.store.events;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.charrnn.checkpoint.MaskedCrc;

/**
 * TensorFlow's TFRecord format: the length of the data (8 bytes) and its checksum (4), the data and
 * its checksum (4), all little-endian. The checksums are masked CRC-32C.
 */
final class TfRecord {
  private TfRecord() {}

  /** Returns the record of some data. */
  static byte[] of(byte[] data) {
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(MaskedCrc.of(ByteBuffer.wrap(record.array(), 0, Long.BYTES)));
    record.put(data);
    record.putInt(MaskedCrc.of(ByteBuffer.wrap(data)));
    return record.array();
  }
}
