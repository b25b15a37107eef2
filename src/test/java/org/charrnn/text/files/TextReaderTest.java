package org.charrnn.text.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.apache.commons.io.IOUtils;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextReaderTest {
  private static final String TEXT = "한국어 e\u0301 😀\r\n\r\rplain\n\rA\u0000Ω\r\n";

  private static final String BOM = "efbbbf"; // of UTF-8

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "GB18030"})
  void everyBufferSizeDecodesLikeString(String encoding) throws IOException {
    Charset charset = Charset.forName(encoding);
    Path file = write(TEXT.repeat(3).getBytes(charset));
    String expected =
        new String(Files.readAllBytes(file), charset).replace("\r\n", "\n").replace('\r', '\n');
    for (int bufferSize = 4; bufferSize < 40; bufferSize++) {
      assertThat(read(file, new TextFormat(charset, Malformed.REPORT), bufferSize))
          .isEqualTo(expected);
    }
  }

  @Test
  void malformedBytesAreReplacedLikeInString() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[60];
      for (int k = 0; k < bytes.length; k++) {
        // Half are parts of multi-byte sequences; no line endings, no byte order marks.
        bytes[k] = (byte) (random.nextBoolean() ? 0x80 + random.nextInt(0x6f) : 'a' + k % 26);
      }
      Path file = write(bytes);
      for (int bufferSize : new int[] {4, 5, 7, 64}) {
        assertThat(read(file, new TextFormat(UTF_8, Malformed.REPLACE), bufferSize))
            .isEqualTo(new String(bytes, UTF_8));
      }
    }
  }

  @Test
  void byteOrderMarkIsSkipped() throws IOException {
    assertThat(read(write("\ufeffa\ufeffb".getBytes(UTF_8)), TextFormat.UTF_8))
        .isEqualTo("a\ufeffb");
    TextFormat utf16 = new TextFormat(UTF_16, Malformed.REPORT);
    assertThat(read(write("\ufeffab".getBytes(UTF_16LE)), utf16)).isEqualTo("ab");
    assertThat(
            read(write("\ufeffab".getBytes(UTF_16LE)), new TextFormat(UTF_16LE, Malformed.REPORT)))
        .isEqualTo("ab");
  }

  @Test
  void byteOrderMarkOfAnotherEncodingIsRejected() throws IOException {
    Path file = write("\ufeffab".getBytes(UTF_16LE));
    for (Malformed malformed : Malformed.values()) {
      assertThatThrownBy(() -> read(file, new TextFormat(UTF_8, malformed)))
          .isInstanceOf(InputException.class)
          .hasMessage(
              file
                  + " starts with the byte order mark of UTF-16LE, but is read as UTF-8; use the"
                  + " encoding UTF-16");
    }
    Path utf8 = write("\ufeffé".getBytes(UTF_8));
    assertThatThrownBy(() -> read(utf8, new TextFormat(ISO_8859_1, Malformed.REPORT)))
        .hasMessageContaining("use the encoding UTF-8");
  }

  @Test
  void malformedByteIsReportedWithItsOffset() throws IOException {
    byte[] bytes = "\ufeff한\r\n".repeat(20_000).getBytes(UTF_8); // more than one buffer
    for (int offset : new int[] {0, 3, 8191, 8192, 8193, 65_535, bytes.length - 1}) {
      byte[] malformed = bytes.clone();
      malformed[offset] = (byte) 0xff;
      Path file = write(malformed);
      assertThatThrownBy(() -> read(file, TextFormat.UTF_8))
          .isInstanceOf(InputException.class)
          .hasMessage(firstMalformedByte(file, malformed));
    }
  }

  /** A sequence that 0xff interrupts is malformed itself, so finds the first bad sequence. */
  private static String firstMalformedByte(Path file, byte[] bytes) {
    int offset = 0;
    String text = new String(bytes, UTF_8);
    for (int i = 0; text.charAt(i) != '\ufffd'; i++) {
      offset += text.substring(i, i + 1).getBytes(UTF_8).length;
    }
    return "%s is not UTF-8 text: byte 0x%02x at offset %,d; use the encoding of the file, exclude it with an exclude pattern, or replace malformed bytes with U+FFFD"
        .formatted(file, bytes[offset], offset);
  }

  @Test
  void malformedSequenceAcrossBuffersIsReportedWithItsOffset() throws IOException {
    for (int before = 0; before < 20; before++) {
      byte[] text = "x".repeat(before).getBytes(UTF_8);
      byte[] file = Arrays.copyOf(text, before + 3);
      file[before] = (byte) 0xe2;
      file[before + 1] = (byte) 0x82;
      file[before + 2] = 'A'; // the third byte of the sequence is missing
      Path path = write(file);
      int offset = before;
      for (int bufferSize : new int[] {4, 5, 8}) {
        assertThatThrownBy(() -> read(path, TextFormat.UTF_8, bufferSize))
            .hasMessageContaining("byte 0xe2 at offset " + offset + ";");
      }
    }
  }

  @Test
  void truncatedSequenceIsMalformed() throws IOException {
    Path file = write(new byte[] {'a', 'b', (byte) 0xf0, (byte) 0x9f, (byte) 0x98});
    assertThatThrownBy(() -> read(file, TextFormat.UTF_8))
        .hasMessageContaining("byte 0xf0 at offset 2;");
    assertThat(read(file, new TextFormat(UTF_8, Malformed.REPLACE))).isEqualTo("ab\ufffd");
  }

  @Test
  void emptyFileIsEmptyText() throws IOException {
    assertThat(read(write(new byte[0]), TextFormat.UTF_8)).isEmpty();
    assertThat(read(write("\ufeff".getBytes(UTF_8)), TextFormat.UTF_8)).isEmpty();
  }

  @Test
  void missingFileIsRejected() {
    Path file = directory.resolve("none.txt");
    assertThatThrownBy(() -> read(file, TextFormat.UTF_8))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no file " + file);
  }

  @Test
  void directoryIsRejected() {
    assertThatThrownBy(() -> TextReader.readAll(directory, TextFormat.UTF_8))
        .isInstanceOf(InputException.class)
        .hasMessage(directory + " is a directory; use a text file");
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE, UTF-16", "UTF-16BE, UTF-16", "UTF-32LE, UTF-32", "UTF-32BE, UTF-32"})
  void unicodeEncodingIsRecognizedByItsByteOrderMark(String charset, String advice)
      throws IOException {
    Path file = write("\ufeffif you want".getBytes(Charset.forName(charset)));
    assertThatThrownBy(() -> TextReader.readAll(file, TextFormat.UTF_8))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s starts with the byte order mark of %s, but is read as UTF-8; use the encoding %s",
            file, charset, advice);
  }

  @Test
  void wholeTextIsReadWithNormalizedLineEndings() throws IOException {
    Path file = write("\r\nif you want\t한글 \uD83D\uDE00\u0000\n".getBytes(UTF_8));
    assertThat(TextReader.readAll(file, TextFormat.UTF_8))
        .isEqualTo("\nif you want\t한글 \uD83D\uDE00\u0000\n");
    String large = "0123456789".repeat(3000); // several buffers
    assertThat(TextReader.readAll(write(large.getBytes(UTF_8)), TextFormat.UTF_8)).isEqualTo(large);
  }

  @Test
  void wholeTextHasNoByteOrderMarkUnlessThereAreTwo() throws IOException {
    assertThat(readAll(BOM + "6162")).isEqualTo("ab");
    assertThat(readAll(BOM + BOM + "61")).isEqualTo("\uFEFFa");
    assertThat(readAll(BOM)).isEmpty();
    assertThat(readAll("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "6162ff63, 0xff, 2", // never a byte of UTF-8
    "61c3, 0xc3, 1", // the text ends within a character
    "c328, 0xc3, 0", // the second byte is missing
    "61eda080, 0xed, 1", // half of a surrogate pair
    "c080, 0xc0, 0", // overlong encoding
    "6180, 0x80, 1", // starts in the middle of a character
    "efbbbf61ff, 0xff, 4", // the offset counts the byte order mark
    "ed959ced95, 0xed, 3", // the last Korean syllable lacks a byte
  })
  void malformedUtf8OfWholeTextIsRejectedWithItsOffset(String bytes, String malformed, int offset)
      throws IOException {
    assertThatThrownBy(() -> readAll(bytes))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "%s is not UTF-8 text: byte %s at offset %d; use the encoding of the file",
            directory.resolve("text"), malformed, offset);
  }

  private String readAll(String hexadecimal) throws IOException {
    return TextReader.readAll(write(HexFormat.of().parseHex(hexadecimal)), TextFormat.UTF_8);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("text"), bytes);
  }

  private static String read(Path file, TextFormat format) throws IOException {
    try (TextReader reader = new TextReader(file, format)) {
      return IOUtils.toString(reader);
    }
  }

  private static String read(Path file, TextFormat format, int bufferSize) throws IOException {
    try (TextReader reader = new TextReader(file, format, bufferSize)) {
      return IOUtils.toString(reader);
    }
  }
}
