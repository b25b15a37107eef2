package org.charrnn.text.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.charrnn.InputException;
import org.charrnn.text.Newlines;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.UnicodeForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is compressed, comes from a pipe, or is no text at all. */
class TextInputTest {
  private static final String TEXT = "한국어 e\u0301 \uD83D\uDE00\r\n".repeat(3000); // several buffers

  @TempDir private Path directory;

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }

  private static String read(Path file) {
    return TextReader.readAll(file, TextFormat.UTF_8);
  }

  @Test
  void gzipIsRecognizedByItsContent() throws IOException {
    Path file = write("text.txt", gzip(TEXT.getBytes(UTF_8)));
    assertThat(read(file)).isEqualTo(TEXT.replace("\r\n", "\n"));
    assertThat(read(write("empty.gz", gzip(new byte[0])))).isEmpty();
    Path plain = write("plain.gz", "not compressed".getBytes(UTF_8));
    assertThat(read(plain)).isEqualTo("not compressed");
  }

  @Test
  void allMembersOfGzipFileAreRead() throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(gzip("first ".getBytes(UTF_8)));
    members.write(gzip(TEXT.getBytes(UTF_8)));
    members.write(gzip("last".getBytes(UTF_8)));
    String expected = "first " + TEXT.replace("\r\n", "\n") + "last";
    assertThat(read(write("text.gz", members.toByteArray()))).isEqualTo(expected);
    assertThat(readStandardInput(members.toByteArray())).isEqualTo(expected);
  }

  /** Returns the text of standard input that gives a byte at a time, as a slow pipe does. */
  private static String readStandardInput(byte[] bytes) {
    InputStream before = System.in;
    System.setIn(
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1));
          }

          @Override
          public synchronized int available() {
            return 0;
          }
        });
    try {
      return read(Path.of("-"));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void standardInputIsRead() throws IOException {
    assertThat(readStandardInput(TEXT.getBytes(UTF_8))).isEqualTo(TEXT.replace("\r\n", "\n"));
    assertThat(readStandardInput(gzip("a\r\nb".getBytes(UTF_8)))).isEqualTo("a\nb");
    assertThat(readStandardInput(new byte[0])).isEmpty();
    assertThatThrownBy(() -> readStandardInput("caf\u00e9".getBytes(ISO_8859_1)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("standard input is not UTF-8 text: byte 0xe9 at offset 3");
  }

  @Test
  void offsetOfMalformedByteCountsDecompressedBytes() throws IOException {
    byte[] bytes = "x".repeat(50_000).getBytes(UTF_8);
    bytes[40_000] = (byte) 0xff;
    Path file = write("text.gz", gzip(bytes));
    assertThatThrownBy(() -> read(file)).hasMessageContaining("byte 0xff at offset 40,000;");
  }

  @Test
  void incompleteGzipIsRejected() throws IOException {
    byte[] bytes = gzip(TEXT.getBytes(UTF_8));
    for (int length : new int[] {5, 11, 100, bytes.length - 1}) {
      Path file = write("text.gz", Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> read(file))
          .isInstanceOf(InputException.class)
          .hasMessage("cannot read %s: its gzip data is damaged or incomplete; get it again", file);
    }
    bytes[bytes.length / 2] ^= 0x55;
    Path file = write("text.gz", bytes);
    assertThatThrownBy(() -> read(file)).hasMessageContaining("damaged or incomplete");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          425a68393141592653599ab1 | is compressed with bzip2; only gzip is read, so decompress it
          425a683917724538509000   | is compressed with bzip2
          fd377a585a000004e6d6     | is compressed with xz
          28b52ffd2440010000       | is compressed with zstd
          04224d1864             | is compressed with lz4
          4c5a4950010c             | is compressed with lzip
          1f9d90                   | is compressed with compress
          377abcaf271c0004         | is a 7z archive; extract it
          526172211a0700           | is a RAR archive
          504b0304140000           | is a zip archive
          504b0506000000           | is a zip archive
          255044462d312e340a       | is a PDF document; save it as plain text first
          d0cf11e0a1b11ae1         | is a Word document
          """)
  void otherFilesAreNamedInTheError(String hexadecimal, String message) throws IOException {
    byte[] bytes = new byte[(hexadecimal.length() + 1) / 2 + 20];
    byte[] start = HexFormat.of().parseHex(hexadecimal);
    System.arraycopy(start, 0, bytes, 0, start.length);
    for (byte[] content : new byte[][] {bytes, gzip(bytes)}) {
      Path file = write("file", content);
      for (Malformed malformed : Malformed.values()) {
        assertThatThrownBy(() -> TextReader.readAll(file, new TextFormat(UTF_8, malformed)))
            .isInstanceOf(InputException.class)
            .hasMessageStartingWith(file + " " + message);
      }
    }
  }

  @Test
  void booksAndArchivesAreNamedInTheError() throws IOException {
    Path book = directory.resolve("book");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(book))) {
      byte[] type = "application/epub+zip".getBytes(UTF_8);
      ZipEntry entry = new ZipEntry("mimetype");
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(type.length);
      CRC32 crc = new CRC32();
      crc.update(type);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(type);
    }
    assertThatThrownBy(() -> read(book)).hasMessageContaining("is an EPUB book");
    byte[] tar = new byte[1024];
    tar[0] = 'a';
    System.arraycopy("ustar".getBytes(UTF_8), 0, tar, 257, 5);
    Path archive = write("archive", gzip(tar));
    assertThatThrownBy(() -> read(archive)).hasMessageContaining("is a tar archive; extract it");
    Path twice = write("twice", gzip(gzip("text".getBytes(UTF_8))));
    assertThatThrownBy(() -> read(twice)).hasMessageContaining("is compressed twice with gzip");
  }

  @Test
  void textThatStartsLikeAnotherFileIsText() throws IOException {
    for (String text : new String[] {"BZhou said", "PK", "%PDF", "LZIP files", "7z", "ustar"}) {
      assertThat(read(write("text", text.getBytes(UTF_8)))).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @EnumSource
  void lineEndsAreConvertedOrKept(Newlines newlines) throws IOException {
    Path file = write("text", "\r\na\rb\r\r\nc\n\r".getBytes(UTF_8));
    TextFormat format =
        TextFormat.UTF_8.withNormalization(new TextNormalization(newlines, UnicodeForm.NONE));
    assertThat(TextReader.readAll(file, format))
        .isEqualTo(newlines == Newlines.KEEP ? "\r\na\rb\r\r\nc\n\r" : "\na\nb\n\nc\n\n");
  }
}
