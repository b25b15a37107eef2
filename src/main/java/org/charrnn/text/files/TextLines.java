package org.charrnn.text.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.charrnn.InputException;

/**
 * Reads the lines of a UTF-8 file. Bytes that are not UTF-8 are a problem of their line only. Lines
 * end with LF, CR LF or CR; a byte order mark is not part of the first one.
 */
public final class TextLines {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private TextLines() {}

  /**
   * A line.
   *
   * @param text without line end; bytes that are not UTF-8 are U+FFFD
   * @param problem why it is not UTF-8 text
   */
  public record Line(String text, Optional<String> problem) {}

  /**
   * Reads all lines.
   *
   * @throws InputException if the file cannot be read, or is something else than UTF-8 text
   */
  public static List<Line> read(Path file) {
    List<Line> lines = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(TextInput.open(file))) {
      skipMark(file, in);
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int previous = '\n';
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\r' || (b == '\n' && previous != '\r')) {
          lines.add(decode(line.toByteArray()));
          line.reset();
        } else if (b != '\n') {
          line.write(b);
        }
        previous = b;
      }
      if (line.size() > 0) {
        lines.add(decode(line.toByteArray()));
      }
      return lines;
    } catch (IOException e) {
      throw TextInput.cannotRead(file, e);
    }
  }

  private static void skipMark(Path file, InputStream in) throws IOException {
    in.mark(TextReader.MAX_MARK);
    byte[] start = in.readNBytes(TextReader.MAX_MARK);
    TextReader.rejectForeignMark(file, UTF_8, ByteBuffer.wrap(start));
    in.reset();
    if (Arrays.equals(Arrays.copyOf(start, BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      in.skipNBytes(BYTE_ORDER_MARK.length);
    }
  }

  private static Line decode(byte[] line) {
    ByteBuffer bytes = ByteBuffer.wrap(line);
    CoderResult result = UTF_8.newDecoder().decode(bytes, CharBuffer.allocate(line.length), true);
    Optional<String> problem =
        result.isError()
            ? Optional.of(
                "the line is not UTF-8 text: byte 0x%02x at offset %d"
                    .formatted(line[bytes.position()], bytes.position()))
            : Optional.empty();
    return new Line(new String(line, UTF_8), problem);
  }
}
