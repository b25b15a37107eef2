package org.charrnn.text.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.charrnn.text.files.TextLines.Line;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextLinesTest {
  @TempDir Path directory;

  private List<Line> lines(byte[] bytes) throws IOException {
    return TextLines.read(Files.write(directory.resolve("lines"), bytes));
  }

  /** The lines are those of Java, without a byte order mark. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a\n",
        "\n",
        "\n\n",
        "a\nb",
        "a\r\nb\r\n",
        "a\rb\r",
        "\r\n\ré中\n\r",
        "\ufeffa\n\ufeffb"
      })
  void linesEndWithLineFeedsAndCarriageReturns(String text) throws IOException {
    List<String> expected = text.replaceFirst("^\ufeff", "").lines().toList();
    assertThat(lines(text.getBytes(UTF_8)).stream().map(Line::text)).isEqualTo(expected);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(text.getBytes(UTF_8));
    }
    assertThat(lines(compressed.toByteArray()).stream().map(Line::text)).isEqualTo(expected);
  }

  @Test
  void malformedBytesAreAProblemOfTheirLine() throws IOException {
    byte[] bytes = "one\ntw?\nthree é\n?".getBytes(UTF_8);
    bytes[6] = (byte) 0xc3; // a character that the line end cuts off
    bytes[bytes.length - 1] = (byte) 0xff;
    List<Line> lines = lines(bytes);
    assertThat(lines.stream().map(Line::text))
        .containsExactly("one", "tw\ufffd", "three é", "\ufffd");
    assertThat(lines.stream().map(line -> line.problem().orElse("")))
        .containsExactly(
            "",
            "the line is not UTF-8 text: byte 0xc3 at offset 2",
            "",
            "the line is not UTF-8 text: byte 0xff at offset 0");
  }
}
