package org.charrnn.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.BundleHeaderProto.Endianness;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Reads the tensors of a checkpoint without TensorFlow. TensorFlow's own reader aborts the process
 * on a malicious index, allocates memory for sizes that a file merely claims, and treats a {@code
 * [} in a path as a glob pattern.
 *
 * <p>The format is that of {@code tensor_bundle.h}: an index, which is a table of {@code
 * BundleEntryProto} by tensor key, and data files with the tensors one after another. The checksum
 * of every tensor is verified. Partitioned variables are skipped.
 */
final class TensorBundle {
  private static final String HEADER = "";
  private static final int CHUNK_BYTES = 1 << 20;
  private static final double MAX_ELEMENTS = 1L << 60; // keeps a tensor's bytes within a long

  private final Path prefix;
  private final int dataFiles;
  private final Map<String, BundleEntryProto> entries;

  private TensorBundle(Path prefix, int dataFiles, Map<String, BundleEntryProto> entries) {
    this.prefix = prefix;
    this.dataFiles = dataFiles;
    this.entries = entries;
  }

  /**
   * Reads the index of a checkpoint.
   *
   * @throws IOException if the index does not exist or is damaged; the message names the file
   */
  static TensorBundle open(Path prefix) throws IOException {
    Path index = Path.of(prefix + ".index");
    if (!Files.isRegularFile(index)) {
      throw new NoSuchFileException(
          index.toString(), null, "no checkpoint has the prefix " + prefix);
    }
    try {
      Map<String, ByteBuffer> table = TableFile.read(index);
      ByteBuffer first = table.remove(HEADER);
      if (first == null) {
        throw new IOException("it has no header");
      }
      BundleHeaderProto header = BundleHeaderProto.parseFrom(first);
      if (header.getEndianness() != Endianness.LITTLE) {
        throw new IOException("it is big-endian, which is not supported");
      }
      Map<String, BundleEntryProto> entries = new TreeMap<>();
      for (Map.Entry<String, ByteBuffer> row : table.entrySet()) {
        BundleEntryProto entry = BundleEntryProto.parseFrom(row.getValue());
        if (entry.getSlicesCount() == 0) {
          entries.put(row.getKey(), entry);
        }
      }
      return new TensorBundle(prefix, header.getNumShards(), entries);
    } catch (InvalidProtocolBufferException e) {
      throw cannotRead(index, new IOException("it is damaged", e));
    } catch (IOException e) {
      throw cannotRead(index, e);
    }
  }

  private static IOException cannotRead(Path file, IOException e) {
    String reason =
        e instanceof NoSuchFileException ? "it does not exist" : String.valueOf(e.getMessage());
    return new IOException("cannot read the checkpoint " + file + ": " + reason, e);
  }

  /** Returns the shapes of the float tensors by key. */
  Map<String, Shape> floatShapes() throws IOException {
    Map<String, Shape> shapes = new TreeMap<>();
    for (Map.Entry<String, BundleEntryProto> entry : entries.entrySet()) {
      if (entry.getValue().getDtype() == DataType.DT_FLOAT) {
        shapes.put(entry.getKey(), shape(entry.getValue()));
      }
    }
    return shapes;
  }

  /** Returns whether a key has a string tensor. */
  boolean hasStrings(String key) {
    return entries.containsKey(key) && entries.get(key).getDtype() == DataType.DT_STRING;
  }

  /** Returns the shape of the tensor with a key. */
  Shape shape(String key) throws IOException {
    return shape(entries.get(key));
  }

  private Shape shape(BundleEntryProto entry) throws IOException {
    TensorShapeProto shape = entry.getShape();
    long[] sizes = shape.getDimList().stream().mapToLong(TensorShapeProto.Dim::getSize).toArray();
    double elements = Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
    boolean isShape = Arrays.stream(sizes).allMatch(size -> size >= 0) && elements < MAX_ELEMENTS;
    if (!isShape || shape.getUnknownRank()) {
      throw cannotRead(Path.of(prefix + ".index"), new IOException("it is damaged"));
    }
    return Shape.of(sizes);
  }

  /**
   * Reads a float tensor.
   *
   * @param key a key of {@link #floatShapes}
   * @throws IOException if the data is missing or damaged; the message names the file
   */
  float[] floats(String key) throws IOException {
    BundleEntryProto entry = entries.get(key);
    long elements = shape(entry).size();
    return read(
        entry,
        elements,
        Float.BYTES,
        (in, crc) -> {
          float[] values = new float[Math.toIntExact(elements)];
          int position = 0;
          while (in.hasRemaining()) {
            ByteBuffer chunk = in.next(CHUNK_BYTES);
            crc.update(chunk.duplicate());
            int count = chunk.remaining() / Float.BYTES;
            chunk.asFloatBuffer().get(values, position, count);
            position += count;
          }
          return values;
        });
  }

  /**
   * Reads a string tensor, which is stored as the strings' lengths, a checksum of the lengths, and
   * the strings' bytes.
   *
   * @param key a key for which {@link #hasStrings} is true
   * @throws IOException if the data is missing or damaged; the message names the file
   */
  List<ByteString> strings(String key) throws IOException {
    BundleEntryProto entry = entries.get(key);
    long elements = shape(entry).size();
    return read(
        entry,
        elements,
        0,
        (in, crc) -> {
          ByteBuffer bytes = in.next(Math.toIntExact(entry.getSize()));
          int[] lengths = new int[Math.toIntExact(elements)];
          ByteBuffer length32 = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < lengths.length; i++) {
            lengths[i] = Math.toIntExact(TableFile.varint(bytes));
            crc.update(length32.clear().putInt(lengths[i]).flip());
          }
          crc.update(bytes.duplicate().limit(bytes.position() + Integer.BYTES));
          bytes.position(bytes.position() + Integer.BYTES);
          crc.update(bytes.duplicate());
          List<ByteString> strings = new ArrayList<>();
          for (int length : lengths) {
            strings.add(ByteString.copyFrom(bytes, length));
          }
          return strings;
        });
  }

  /** Decodes the bytes of a tensor, and adds them to a checksum. */
  private interface Decoder<T> {
    T decode(Bytes in, CRC32C crc) throws IOException;
  }

  /** Reads the bytes of a tensor in chunks. */
  private static final class Bytes {
    private final FileChannel channel;
    private long remaining;

    Bytes(FileChannel channel, long remaining) {
      this.channel = channel;
      this.remaining = remaining;
    }

    boolean hasRemaining() {
      return remaining > 0;
    }

    ByteBuffer next(int maxBytes) throws IOException {
      ByteBuffer bytes =
          ByteBuffer.allocate((int) Math.min(maxBytes, remaining)).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException("it is truncated");
        }
      }
      remaining -= bytes.limit();
      return bytes.flip();
    }
  }

  private <T> T read(BundleEntryProto entry, long elements, int elementBytes, Decoder<T> decoder)
      throws IOException {
    Path file = dataFile(entry);
    try (FileChannel channel = FileChannel.open(file)) {
      long size = entry.getSize();
      boolean fits = elementBytes == 0 ? elements <= size : elements == size / elementBytes;
      if (!fits || size < 0 || entry.getOffset() < 0) {
        throw new IOException("a tensor's shape does not match its size in the index");
      }
      if (entry.getOffset() > channel.size() - size) { // before allocating memory
        throw new EOFException("it is truncated");
      }
      channel.position(entry.getOffset());
      CRC32C crc = new CRC32C();
      T value = decoder.decode(new Bytes(channel, size), crc);
      if (MaskedCrc.of(crc) != entry.getCrc32C()) {
        throw new IOException("its checksum does not match");
      }
      return value;
    } catch (IOException e) {
      throw cannotRead(file, e);
    } catch (RuntimeException e) { // lengths beyond the data, sizes beyond an array
      throw cannotRead(file, new IOException("it is damaged", e));
    }
  }

  private Path dataFile(BundleEntryProto entry) {
    return Path.of(
        String.format(Locale.ROOT, "%s.data-%05d-of-%05d", prefix, entry.getShardId(), dataFiles));
  }
}
