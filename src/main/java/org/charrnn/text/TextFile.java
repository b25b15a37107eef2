package org.charrnn.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.io.ByteOrderMark;
import org.apache.commons.io.input.BOMInputStream;
import org.charrnn.InputException;

/** Reads a whole UTF-8 file into a string. */
public final class TextFile {
  /** Fits into one string; training on all windows at once allows only far smaller texts. */
  private static final long MAX_BYTES = 1L << 28;

  private TextFile() {}

  /**
   * Reads a UTF-8 file. A byte order mark is not part of the text.
   *
   * @throws InputException if the file does not exist, is empty, too large or not UTF-8; the
   *     message names the file and the offset of the first malformed byte
   */
  public static String read(Path file) {
    byte[] bytes;
    ByteOrderMark mark;
    try {
      if (Files.isDirectory(file)) {
        throw new InputException(file + " is a directory; use a text file");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw tooLarge(file);
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
          BOMInputStream text =
              BOMInputStream.builder()
                  .setInputStream(in)
                  .setByteOrderMarks(
                      ByteOrderMark.UTF_8,
                      ByteOrderMark.UTF_32LE,
                      ByteOrderMark.UTF_32BE,
                      ByteOrderMark.UTF_16LE,
                      ByteOrderMark.UTF_16BE)
                  .get()) {
        mark = text.getBOM();
        bytes = text.readNBytes((int) MAX_BYTES + 1); // pipes and devices report no size
      }
      if (bytes.length > MAX_BYTES) {
        throw tooLarge(file);
      }
    } catch (NoSuchFileException e) {
      throw new InputException("there is no file " + file, e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
    if (mark != null && !mark.equals(ByteOrderMark.UTF_8)) {
      throw new InputException(
          file + " is " + mark.getCharsetName() + " text; save it as UTF-8 and try again");
    }
    if (bytes.length == 0) {
      throw new InputException(file + " is empty; use a file with text to train on");
    }
    return decode(file, bytes, mark == null ? 0 : mark.length());
  }

  private static InputException tooLarge(Path file) {
    return new InputException(
        String.format(
            Locale.ROOT, "%s is too large; use a text of at most %,d bytes", file, MAX_BYTES));
  }

  private static String decode(Path file, byte[] bytes, int markLength) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length); // UTF-8 never has fewer bytes than chars
    CoderResult result = UTF_8.newDecoder().decode(in, out, true); // reports malformed bytes
    if (result.isError()) {
      int offset = in.position();
      throw new InputException(
          "%s is not UTF-8 text: byte 0x%02x at offset %d; save it as UTF-8 and try again"
              .formatted(file, bytes[offset], markLength + offset));
    }
    return out.flip().toString();
  }
}
