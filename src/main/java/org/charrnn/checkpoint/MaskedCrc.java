package org.charrnn.checkpoint;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * TensorFlow's checksum: a CRC-32C, masked, since the CRC of data that holds its own CRC says
 * little.
 */
public final class MaskedCrc {
  private static final int MASK_DELTA = 0xa282ead8;

  private MaskedCrc() {}

  /** The checksum of the bytes between a buffer's position and its limit, which stay. */
  public static int of(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return of(crc);
  }

  static int of(CRC32C crc) {
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }
}
