package org.charrnn.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.BundleHeaderProto.Endianness;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TensorSliceProto;

/**
 * Malicious checkpoints with valid checksums. {@code CheckpointTest} covers checkpoints that
 * TensorFlow wrote, and damaged ones.
 */
class TensorBundleTest {
  private static final float[] X = {1.5f, -2, 3, 4, 5, 6};

  /** "ab", "" and "c". */
  private static final byte[] TEXTS = {2, 0, 1, 0, 0, 0, 0, 'a', 'b', 'c'};

  @TempDir Path directory;
  private Path prefix;
  private byte[] data;
  private final Map<String, ByteString> table = new TreeMap<>();

  @BeforeEach
  void writeValidCheckpoint() throws IOException {
    prefix = directory.resolve("model [v2]*"); // looks like a glob pattern
    ByteBuffer floats = ByteBuffer.allocate(X.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    floats.asFloatBuffer().put(X);
    ByteBuffer texts = ByteBuffer.wrap(TEXTS.clone()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer lengths = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    lengths.putInt(2).putInt(0).putInt(1).flip();
    texts.putInt(3, MaskedCrc.of(lengths));
    CRC32C crc = new CRC32C();
    crc.update(lengths);
    crc.update(texts.array(), 3, TEXTS.length - 3);
    data = new byte[floats.capacity() + TEXTS.length];
    floats.get(data, 0, floats.capacity());
    texts.get(data, floats.capacity(), TEXTS.length);

    put("", BundleHeaderProto.newBuilder().setNumShards(1).build());
    put("x", x().build());
    put(
        "texts",
        entry(DataType.DT_STRING, 24, TEXTS.length, 3).setCrc32C(MaskedCrc.of(crc)).build());
    write();
  }

  private BundleEntryProto.Builder x() {
    return entry(DataType.DT_FLOAT, 0, 24, 2, 3)
        .setCrc32C(MaskedCrc.of(ByteBuffer.wrap(data, 0, 24)));
  }

  private static BundleEntryProto.Builder entry(
      DataType type, long offset, long size, long... shape) {
    return BundleEntryProto.newBuilder()
        .setDtype(type)
        .setOffset(offset)
        .setSize(size)
        .setShape(shape(shape));
  }

  private static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }

  private void put(String key, MessageLite value) {
    table.put(key, value.toByteString());
  }

  private void write() throws IOException {
    Files.write(Path.of(prefix + ".index"), table());
    Files.write(Path.of(prefix + ".data-00000-of-00001"), data);
  }

  /**
   * One block of entries, each with its whole key; the index block that points to it; the footer.
   */
  private byte[] table() {
    ByteArrayOutputStream entries = new ByteArrayOutputStream();
    table.forEach((key, value) -> addEntry(entries, key, value.toByteArray()));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] toEntries = addBlock(file, entries);
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    addEntry(index, "z", toEntries);
    byte[] toIndex = addBlock(file, index);
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    footer.writeBytes(toIndex); // the metaindex block, which is not read
    footer.writeBytes(toIndex);
    file.writeBytes(Arrays.copyOf(footer.toByteArray(), 40));
    file.writeBytes(littleEndian(Long.BYTES).putLong(0xdb4775248b80fb57L).array());
    return file.toByteArray();
  }

  private static void addEntry(ByteArrayOutputStream block, String key, byte[] value) {
    block.write(0); // bytes in common with the previous key
    addVarint(block, key.length());
    addVarint(block, value.length);
    block.writeBytes(key.getBytes(UTF_8));
    block.writeBytes(value);
  }

  /** Returns the handle of the block. */
  private static byte[] addBlock(ByteArrayOutputStream file, ByteArrayOutputStream block) {
    block.writeBytes(littleEndian(Integer.BYTES).array()); // no restarts
    ByteArrayOutputStream handle = new ByteArrayOutputStream();
    addVarint(handle, file.size());
    addVarint(handle, block.size());
    block.write(0); // not compressed
    file.writeBytes(block.toByteArray());
    int crc = MaskedCrc.of(ByteBuffer.wrap(block.toByteArray()));
    file.writeBytes(littleEndian(Integer.BYTES).putInt(crc).array());
    return handle.toByteArray();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void addVarint(ByteArrayOutputStream to, int value) {
    int rest = value;
    for (; rest > 0x7f; rest >>>= 7) {
      to.write((rest & 0x7f) | 0x80);
    }
    to.write(rest);
  }

  private void assertUnreadable(String file) {
    assertThatThrownBy(this::readAll)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot read the checkpoint " + prefix + file + ": ");
  }

  private void readAll() throws IOException {
    Checkpoint.shapes(prefix);
    Checkpoint.read(prefix, List.of("x"));
    Checkpoint.readString(prefix, "texts");
  }

  @Test
  void validCheckpointIsReadFromAPathThatLooksLikeAPattern() throws IOException {
    assertThat(Checkpoint.shapes(prefix)).isEqualTo(Map.of("x", Shape.of(2, 3)));
    assertThat(Checkpoint.read(prefix, List.of("x")).get(0).values()).containsExactly(X);
    assertThat(Checkpoint.readString(prefix, "texts").orElseThrow().texts())
        .containsExactly("ab", "", "c");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 3, .index",
    "4611686018427387904, 4, .index",
    "1099511627776, 1, .data-00000-of-00001", // 4 TB, which the file does not have
    "3, 3, .data-00000-of-00001",
    "1, 3, .data-00000-of-00001"
  })
  void shapesThatDoNotMatchTheDataAreRejected(long rows, long columns, String file)
      throws IOException {
    put("x", x().setShape(shape(rows, columns)).build());
    write();
    assertUnreadable(file);
  }

  @Test
  void shapeWithoutRankIsRejected() throws IOException {
    put("x", x().setShape(TensorShapeProto.newBuilder().setUnknownRank(true)).build());
    write();
    assertUnreadable(".index");
  }

  @ParameterizedTest
  @CsvSource({"12, 24", "-4, 24", "9223372036854775800, 24", "0, 9223372036854775807", "0, -24"})
  void offsetsAndSizesOutsideTheDataAreRejected(long offset, long size) throws IOException {
    put("x", x().setOffset(offset).setSize(size).build());
    if (offset == 12) {
      data = Arrays.copyOf(data, 30);
    }
    write();
    assertUnreadable(".data-00000-of-00001");
  }

  @Test
  void claimedSizeIsNotAllocated() throws IOException {
    put("x", x().setShape(shape(1L << 40)).setSize(1L << 42).build());
    write();
    assertUnreadable(".data-00000-of-00001");
  }

  @ParameterizedTest
  @CsvSource({"3", "127", "-1"})
  void stringLengthsBeyondTheDataAreRejected(byte length) throws IOException {
    data[24] = length;
    write();
    assertUnreadable(".data-00000-of-00001");
  }

  @Test
  void moreStringsThanBytesAreRejected() throws IOException {
    put("texts", entry(DataType.DT_STRING, 24, TEXTS.length, 1L << 40).build());
    write();
    assertUnreadable(".data-00000-of-00001");
  }

  @Test
  void malformedEntryIsRejected() throws IOException {
    table.put("x", ByteString.copyFromUtf8("\u0007no entry"));
    write();
    assertUnreadable(".index");
  }

  @Test
  void indexThatIsBigEndianOrHasNoHeaderIsRejected() throws IOException {
    put("", BundleHeaderProto.newBuilder().setEndianness(Endianness.BIG).build());
    write();
    assertUnreadable(".index");
    table.remove("");
    write();
    assertUnreadable(".index");
  }

  @Test
  void invalidDataFileNumberIsRejected() throws IOException {
    put("x", x().setShardId(-1).build());
    write();
    assertThatThrownBy(this::readAll)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(".data-");
  }

  @Test
  void partitionedVariablesAreSkipped() throws IOException {
    put("x", x().addSlices(TensorSliceProto.getDefaultInstance()).build());
    write();
    assertThat(Checkpoint.shapes(prefix)).isEmpty();
  }

  /** Changes random bytes of the blocks, and updates their checksums. */
  @Test
  void anyIndexIsReadOrRejected() throws IOException {
    byte[] whole = table();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 3000; i++) {
      byte[] changed = whole.clone();
      int end = whole.length - 48;
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        changed[random.nextInt(end)] = (byte) random.nextInt(256);
      }
      updateChecksums(changed);
      Files.write(Path.of(prefix + ".index"), changed);
      try {
        readAll();
      } catch (IOException e) {
        assertThat(e.getMessage()).contains(prefix.toString());
      }
    }
  }

  /** The blocks keep their positions, each with a trailer of 5 bytes after it. */
  private void updateChecksums(byte[] file) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    byte[] whole = table();
    ByteBuffer footer = ByteBuffer.wrap(whole, whole.length - 48, 40);
    int index = (int) TableFile.varint(footer); // the index block's offset
    int indexSize = (int) TableFile.varint(footer);
    for (int[] block : new int[][] {{0, index - 5}, {index, indexSize}}) {
      buffer.put(block[0] + block[1], (byte) 0);
      buffer.putInt(
          block[0] + block[1] + 1, MaskedCrc.of(ByteBuffer.wrap(file, block[0], block[1] + 1)));
    }
  }
}
