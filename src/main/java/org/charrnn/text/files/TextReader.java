package org.charrnn.text.files;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.io.ByteOrderMark;
import org.charrnn.InputException;
import org.charrnn.text.Newlines;

/**
 * Reads the characters of a text file, a pipe or standard input. A byte order mark is not part of
 * the text, and every line ending becomes {@code \n}, unless the format keeps them. The Unicode
 * normal form is left to {@link NormalizedReader}.
 *
 * <p>All methods throw {@link InputException} if the file cannot be read, or if it has malformed
 * bytes and {@link Malformed#REPORT} is set; the message names the file and the offset.
 */
public final class TextReader extends Reader {
  private static final int BUFFER = 1 << 13; // small, for a corpus of many small files

  /** Maximum length of a text that is read into one string. */
  private static final int MAX_CHARACTERS = 1 << 28;

  /** UTF-32 before UTF-16, since the mark of UTF-32LE starts with that of UTF-16LE. */
  private static final List<ByteOrderMark> MARKS =
      List.of(
          ByteOrderMark.UTF_8,
          ByteOrderMark.UTF_32LE,
          ByteOrderMark.UTF_32BE,
          ByteOrderMark.UTF_16LE,
          ByteOrderMark.UTF_16BE);

  /** Bytes of the longest mark. */
  static final int MAX_MARK = 4;

  private final Path file;
  private final TextFormat format;
  private final TextInput in;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes; // read, not yet decoded
  private final CharBuffer chars; // decoded, not yet returned
  private long bytesRead; // after decompression
  private boolean atStart = true;
  private boolean atEnd; // of the file
  private boolean finished; // the decoder is flushed, too
  private boolean afterCarriageReturn;
  private final boolean convertsNewlines;

  /** Opens a file. The reader must be closed. */
  public TextReader(Path file, TextFormat format) {
    this(file, format, BUFFER);
  }

  TextReader(Path file, TextFormat format, int bufferSize) {
    this.file = file;
    this.format = format;
    this.convertsNewlines = format.normalization().newlines() == Newlines.LF;
    CodingErrorAction action =
        format.malformed() == Malformed.REPLACE
            ? CodingErrorAction.REPLACE
            : CodingErrorAction.REPORT;
    this.decoder =
        format
            .encoding()
            .newDecoder()
            .onMalformedInput(action)
            .onUnmappableCharacter(action)
            .replaceWith("\ufffd");
    this.bytes = ByteBuffer.allocate(bufferSize).flip();
    this.chars = CharBuffer.allocate(bufferSize).flip();
    this.in = TextInput.open(file);
  }

  /**
   * Reads a whole file into a string, which may be empty.
   *
   * @throws InputException if it is too long
   */
  public static String readAll(Path file, TextFormat format) {
    StringBuilder text = new StringBuilder();
    char[] buffer = new char[BUFFER];
    try (TextReader reader = new TextReader(file, format)) {
      for (int n = reader.read(buffer, 0, BUFFER); n >= 0; n = reader.read(buffer, 0, BUFFER)) {
        text.append(buffer, 0, n);
        if (text.length() > MAX_CHARACTERS) {
          throw new InputException(
              String.format(
                  Locale.ROOT,
                  "%s is too long; it must have at most %,d characters",
                  TextInput.name(file),
                  MAX_CHARACTERS));
        }
      }
    }
    return format.normalization().normalize().apply(text.toString());
  }

  /** Returns the number of bytes of the file that have been read so far. */
  public long bytesRead() {
    return in.bytesRead();
  }

  @Override
  public int read(char[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    while (!chars.hasRemaining()) {
      if (finished) {
        return -1;
      }
      decode();
    }
    int read = Math.min(length, chars.remaining());
    chars.get(target, offset, read);
    return read;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw TextInput.cannotRead(file, e);
    }
  }

  private void decode() {
    if (bytesRead == 0 && !atEnd) {
      fill();
      rejectForeignMark(file, format.encoding(), bytes);
    }
    chars.clear();
    CoderResult result = decoder.decode(bytes, chars, atEnd);
    if (result.isError()) {
      throw malformedInput();
    }
    if (result.isUnderflow()) {
      if (atEnd) {
        finished = decoder.flush(chars).isUnderflow();
      } else {
        fill();
      }
    }
    chars.flip();
    normalizeLineEndings();
  }

  /** Reads until the byte buffer is full or the file ends. */
  private void fill() {
    bytes.compact();
    try {
      int read = in.readNBytes(bytes.array(), bytes.position(), bytes.remaining());
      atEnd = read < bytes.remaining();
      bytes.position(bytes.position() + read);
      bytesRead += read;
    } catch (IOException e) {
      throw TextInput.cannotRead(file, e);
    }
    bytes.flip();
  }

  /** Drops the byte order mark, and turns every line ending into {@code \n} if it should. */
  private void normalizeLineEndings() {
    char[] decoded = chars.array();
    int to = 0;
    for (int i = 0; i < chars.limit(); i++) {
      char c = decoded[i];
      boolean dropped =
          (c == '\n' && afterCarriageReturn) || (c == ByteOrderMark.UTF_BOM && atStart);
      if (!dropped) {
        decoded[to++] = c == '\r' && convertsNewlines ? '\n' : c;
      }
      afterCarriageReturn = c == '\r' && convertsNewlines;
      atStart = false;
    }
    chars.limit(to);
  }

  /**
   * Rejects the byte order mark of another encoding, which would decode to garbage.
   *
   * @param start of the file
   */
  static void rejectForeignMark(Path file, Charset encoding, ByteBuffer start) {
    List<String> marked =
        MARKS.stream()
            .filter(mark -> startsWith(start, mark))
            .map(ByteOrderMark::getCharsetName)
            .toList();
    // Java's names are UTF-16LE, but also UTF-16, x-UTF-16LE-BOM and so on.
    String name = encoding.name().replaceFirst("^[xX]-", "").replace("-BOM", "");
    if (!marked.isEmpty() && marked.stream().noneMatch(mark -> mark.startsWith(name))) {
      throw new NotTextException(
          file,
          "starts with the byte order mark of %s, but is read as %s; use the encoding %s"
              .formatted(marked.get(0), name, marked.get(0).replaceFirst("[LB]E$", "")));
    }
  }

  private static boolean startsWith(ByteBuffer bytes, ByteOrderMark mark) {
    return bytes.remaining() >= mark.length()
        && IntStream.range(0, mark.length()).allMatch(i -> (bytes.get(i) & 0xff) == mark.get(i));
  }

  private NotTextException malformedInput() {
    return new NotTextException(
        file,
        String.format(
            Locale.ROOT,
            "is not %s text: byte 0x%02x at offset %,d; use the encoding of the file, exclude it"
                + " with an exclude pattern, or replace malformed bytes with U+FFFD",
            format.encoding().name(),
            bytes.get(bytes.position()),
            bytesRead - bytes.remaining()));
  }
}
