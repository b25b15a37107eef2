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
 * Reads a file in TensorFlow's table format, which is that of LevelDB ({@code
 * doc/table_format.md}): sorted keys with their values, in blocks with checksums.
 *
 * <p>Reading never allocates more than a few times the file's size, whatever the file contains.
 */
final class TableFile {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;

  /** Bytes after each block: the compression type and the checksum. */
  private static final int TRAILER_BYTES = 5;

  private static final long MAX_BYTES = 1L << 28;
  private static final int MAX_KEY_BYTES = 1 << 12;
  private static final String DAMAGED = "it is damaged";

  private final ByteBuffer file;

  private TableFile(ByteBuffer file) {
    this.file = file;
  }

  /** Position of a block in the file, in bytes. */
  private record BlockHandle(long offset, long size) {
    static BlockHandle read(ByteBuffer from) {
      return new BlockHandle(varint(from), varint(from));
    }
  }

  /**
   * Reads a file.
   *
   * @return the values by key, in file order
   * @throws IOException if the file cannot be read or is damaged; the message is only the reason
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
    BlockHandle.read(footer); // the metaindex block, which has no entries
    Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    for (ByteBuffer block : block(BlockHandle.read(footer)).values()) {
      for (Map.Entry<String, ByteBuffer> entry : block(BlockHandle.read(block)).entrySet()) {
        require(entries.put(entry.getKey(), entry.getValue()) == null, DAMAGED);
      }
    }
    return entries;
  }

  private Map<String, ByteBuffer> block(BlockHandle handle) throws IOException {
    require(
        handle.offset >= 0
            && handle.size >= Integer.BYTES
            && handle.size <= file.limit() - TRAILER_BYTES - handle.offset,
        DAMAGED);
    int offset = (int) handle.offset;
    int size = (int) handle.size;
    ByteBuffer checksummed = file.slice(offset, size + 1);
    require(
        file.getInt(offset + size + 1) == MaskedCrc.of(checksummed), "its checksum does not match");
    require(file.get(offset + size) == 0, "it is compressed, which TensorFlow's own files are not");

    ByteBuffer block = littleEndian(file.slice(offset, size));
    int restarts = block.getInt(size - Integer.BYTES);
    long end = size - Integer.BYTES - (long) restarts * Integer.BYTES;
    require(restarts >= 0 && end >= 0, DAMAGED);
    block.limit((int) end);

    Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    byte[] key = {};
    while (block.hasRemaining()) {
      long shared = varint(block); // bytes in common with the previous key
      long unshared = varint(block);
      long valueBytes = varint(block);
      require(
          shared >= 0
              && shared <= key.length
              && unshared >= 0
              && shared + unshared <= MAX_KEY_BYTES
              && valueBytes >= 0
              && valueBytes <= block.remaining(),
          DAMAGED);
      key = Arrays.copyOf(key, (int) (shared + unshared));
      block.get(key, (int) shared, (int) unshared);
      ByteBuffer value = block.slice(block.position(), (int) valueBytes);
      block.position(block.position() + (int) valueBytes);
      require(entries.put(new String(key, UTF_8), value) == null, DAMAGED);
    }
    return entries;
  }

  /** Reads a varint: seven bits per byte, lowest first; the top bit is set if more bytes follow. */
  static long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = from.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("varint of more than 64 bits");
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
