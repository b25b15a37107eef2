package org.charrnn.text.files;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.io.input.BoundedInputStream;
import org.apache.commons.io.input.CloseShieldInputStream;
import org.charrnn.InputException;

/**
 * The bytes of a text: of a file, a pipe or standard input. What gzip compressed is decompressed;
 * other kinds of file that are not plain text are rejected.
 */
public final class TextInput extends FilterInputStream {
  /** Stands for standard input. */
  public static final String STANDARD_INPUT = "-";

  /** Other names of it, which cannot be opened as files if it is a socket. */
  private static final Set<String> NAMES_OF_STANDARD_INPUT =
      Set.of(STANDARD_INPUT, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");

  private static final int BUFFER = 1 << 13;

  private final BoundedInputStream source;

  private TextInput(InputStream bytes, BoundedInputStream source) {
    super(bytes);
    this.source = source;
  }

  /**
   * Opens a text.
   *
   * @throws NotTextException if it is recognized as something else
   * @throws InputException if it cannot be read
   */
  static TextInput open(Path file) {
    try {
      BoundedInputStream source = BoundedInputStream.builder().setInputStream(stream(file)).get();
      try {
        byte[] header = source.readNBytes(FileKind.HEADER);
        InputStream bytes = join(header, source);
        if (FileKind.isGzip(header)) {
          bytes = new GZIPInputStream(new Endless(bytes), BUFFER);
          header = bytes.readNBytes(FileKind.HEADER);
          bytes = join(header, bytes);
        }
        FileKind.of(header)
            .ifPresent(
                kind -> {
                  throw new NotTextException(file, kind.description());
                });
        return new TextInput(bytes, source);
      } catch (IOException | RuntimeException e) {
        source.close();
        throw e;
      }
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  private static InputStream stream(Path file) throws IOException {
    if (isStandardInput(file)) {
      return CloseShieldInputStream.wrap(System.in);
    }
    return isStream(file) && Files.exists(file)
        ? new FileInputStream(file.toFile()) // which reads what has no positions
        : Files.newInputStream(file);
  }

  private static InputStream join(byte[] header, InputStream rest) {
    return new SequenceInputStream(new ByteArrayInputStream(header), rest);
  }

  /** Else, a second member of a gzip file in a pipe would be taken for its end. */
  private static final class Endless extends FilterInputStream {
    Endless(InputStream in) {
      super(in);
    }

    @Override
    public int available() {
      return 1;
    }
  }

  /** Whether a path stands for standard input. */
  public static boolean isStandardInput(Path file) {
    return isStandardInput(file.toString());
  }

  static boolean isStandardInput(String name) {
    return NAMES_OF_STANDARD_INPUT.contains(name);
  }

  /** Whether an argument stands for one text: it is neither a directory nor a pattern. */
  public static boolean isSingle(String argument) {
    try {
      Path file = Path.of(argument);
      return isStandardInput(file) || (Files.exists(file) && !Files.isDirectory(file));
    } catch (InvalidPathException e) {
      return false; // a pattern, where names cannot contain *
    }
  }

  /** Whether a text can be read only once: standard input, or a pipe. */
  public static boolean isStream(Path file) {
    boolean isDescriptor = file.startsWith("/dev/fd") || file.startsWith("/proc");
    return isStandardInput(file)
        || (!Files.isRegularFile(file) && !Files.isDirectory(file) && Files.exists(file))
        || (isDescriptor && !Files.exists(file));
  }

  /** Returns the name of a text in messages. */
  public static String name(Path file) {
    return isStandardInput(file) ? "standard input" : file.toString();
  }

  /** Returns the number of bytes read from the file, before they were decompressed. */
  long bytesRead() {
    return source.getCount();
  }

  /** Returns the error for a text that cannot be read. */
  static InputException cannotRead(Path file, IOException e) {
    String name = name(file);
    if (Files.isDirectory(file)) {
      return new InputException(name + " is a directory; use a text file", e);
    }
    if (e instanceof ZipException || e instanceof EOFException) {
      return new InputException(
          "cannot read %s: its gzip data is damaged or incomplete; get it again".formatted(name),
          e);
    }
    return InputException.cannotRead(name, e);
  }
}
