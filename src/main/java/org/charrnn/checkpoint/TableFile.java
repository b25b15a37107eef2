package org.charrnn.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file of TensorFlow's table format, which is LevelDB's (its {@code doc/table_format.md}): keys
 * in order, each with a value, in blocks that have checksums.
 *
 * <p>Whatever the file holds, no more is allocated than a few times its size.
 */
final class TableFile {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;

  /** Behind each block: whether it is compressed, and its checksum. */
  private static final int TRAILER_BYTES = 5;

  private static final long MAX_BYTES = 1L << 28;
  private static final int MAX_KEY_BYTES = 1 << 12;
  private static final String DAMAGED = "it is damaged";

  private final ByteBuffer file;

  private TableFile(ByteBuffer file) {
    this.file = file;
  }

  /** Where a block is. */
  private record Handle(long offset, long size) {
    static Handle read(ByteBuffer from) {
      return new Handle(varint(from), varint(from));
    }
  }

  /**
   * Reads a file.
   *
   * @return the values by their keys, in their order
   * @throws IOException if it cannot be read or is damaged; the message is the reason alone
   */
  static Map<String, ByteBuffer> read(Path path) throws IOException {
    if (Files.size(path) > MAX_BYTES) {
      throw new IOException("it is too large");
    }
    try {
      return new TableFile(littleEndian(ByteBuffer.wrap(Files.readAllBytes(path)))).entries();
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException(DAMAGED, e);
    }
  }

  private Map<String, ByteBuffer> entries() throws IOException {
    int end = file.limit();
    require(end >= FOOTER_BYTES && file.getLong(end - Long.BYTES) == MAGIC, DAMAGED);
    ByteBuffer footer = littleEndian(file.slice(end - FOOTER_BYTES, FOOTER_BYTES));
    Handle.read(footer); // of what the format has room for and nobody writes
    Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    for (ByteBuffer block : block(Handle.read(footer)).values()) {
      for (Map.Entry<String, ByteBuffer> entry : block(Handle.read(block)).entrySet()) {
        require(entries.put(entry.getKey(), entry.getValue()) == null, DAMAGED);
      }
    }
    return entries;
  }

  private Map<String, ByteBuffer> block(Handle handle) throws IOException {
    require(
        handle.offset >= 0
            && handle.size >= Integer.BYTES
            && handle.size <= file.limit() - TRAILER_BYTES - handle.offset,
        DAMAGED);
    int offset = (int) handle.offset;
    int size = (int) handle.size;
    ByteBuffer summed = file.slice(offset, size + 1);
    require(file.getInt(offset + size + 1) == MaskedCrc.of(summed), "its checksum does not fit");
    require(file.get(offset + size) == 0, "it is compressed, which TensorFlow does not do");

    ByteBuffer block = littleEndian(file.slice(offset, size));
    int restarts = block.getInt(size - Integer.BYTES);
    long end = size - Integer.BYTES - (long) restarts * Integer.BYTES;
    require(restarts >= 0 && end >= 0, DAMAGED);
    block.limit((int) end);

    Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    byte[] key = {};
    while (block.hasRemaining()) {
      long shared = varint(block); // with the key before
      long more = varint(block);
      long valueBytes = varint(block);
      require(
          shared >= 0
              && shared <= key.length
              && more >= 0
              && shared + more <= MAX_KEY_BYTES
              && valueBytes >= 0
              && valueBytes <= block.remaining(),
          DAMAGED);
      key = Arrays.copyOf(key, (int) (shared + more));
      block.get(key, (int) shared, (int) more);
      ByteBuffer value = block.slice(block.position(), (int) valueBytes);
      block.position(block.position() + (int) valueBytes);
      require(entries.put(new String(key, UTF_8), value) == null, DAMAGED);
    }
    return entries;
  }

  /** Reads a number of seven bits a byte, the lowest first; the top bit says that more follow. */
  static long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = from.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("no number");
  }

  private static ByteBuffer littleEndian(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void require(boolean holds, String message) throws IOException {
    if (!holds) {
      throw new IOException(message);
    }
  }
}
