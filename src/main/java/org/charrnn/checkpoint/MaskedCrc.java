package org.charrnn.checkpoint;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * TensorFlow's checksum: a masked CRC-32C. The mask is needed because the plain CRC of data that
 * contains its own CRC detects few errors.
 */
public final class MaskedCrc {
  private static final int MASK_DELTA = 0xa282ead8;

  private MaskedCrc() {}

  /**
   * Returns the checksum of the bytes from a buffer's position to its limit; neither is changed.
   */
  public static int of(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return of(crc);
  }

  static int of(CRC32C crc) {
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }
}
