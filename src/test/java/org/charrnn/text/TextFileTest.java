package org.charrnn.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.charrnn.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFileTest {
  private static final String BOM = "efbbbf";

  @TempDir Path directory;

  @Test
  void textIsReadUnchanged() throws IOException {
    String text = "\r\nif you want\t한글 \uD83D\uDE00\u0000\n";
    Path file = Files.write(directory.resolve("text"), text.getBytes(UTF_8));
    assertThat(TextFile.read(file)).isEqualTo(text);
  }

  @Test
  void byteOrderMarkIsNotPartOfTheText() throws IOException {
    assertThat(TextFile.read(file(BOM + "6162"))).isEqualTo("ab");
  }

  @Test
  void onlyTheFirstByteOrderMarkIsSkipped() throws IOException {
    assertThat(TextFile.read(file(BOM + BOM + "61"))).isEqualTo("\uFEFFa");
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
  void malformedUtf8IsRejectedWithItsOffset(String bytes, String malformed, int offset)
      throws IOException {
    Path file = file(bytes);
    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s is not UTF-8 text: byte %s at offset %d; save it as UTF-8 and try again"
                .formatted(file, malformed, offset));
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void otherUnicodeEncodingIsRecognizedByItsByteOrderMark(String charset) throws IOException {
    Path file = directory.resolve("text");
    Files.write(file, "\uFEFFif you want".getBytes(Charset.forName(charset)));
    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessage(file + " is " + charset + " text; save it as UTF-8 and try again");
  }

  @Test
  void missingFileIsRejected() {
    Path file = directory.resolve("missing");
    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no file " + file);
  }

  @Test
  void directoryIsRejected() {
    assertThatThrownBy(() -> TextFile.read(directory))
        .isInstanceOf(InputException.class)
        .hasMessage(directory + " is a directory; use a text file");
  }

  @ParameterizedTest
  @CsvSource({"''", BOM}) // a byte order mark alone is no text either
  void emptyFileIsRejected(String bytes) throws IOException {
    Path file = file(bytes);
    assertThatThrownBy(() -> TextFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessage(file + " is empty; use a file with text to train on");
  }

  private Path file(String hexadecimal) throws IOException {
    return Files.write(directory.resolve("text"), HexFormat.of().parseHex(hexadecimal));
  }
}
