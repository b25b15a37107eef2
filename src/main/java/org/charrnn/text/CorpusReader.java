package org.charrnn.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.charrnn.InputException;

/** Reads the tokens of several files in order, in one or more passes. No token spans two files. */
final class CorpusReader {
  private static final int CHUNK = 1 << 13;

  /** Receives each token and the file it comes from. */
  @FunctionalInterface
  interface Sink {
    void accept(Path file, String token);
  }

  private final List<Path> files;
  private final TextFormat format;
  private final ReadProgress progress;
  private final long bytesTotal;
  private long bytesRead;

  /**
   * Creates a reader.
   *
   * @param passes number of times that all files will be read, for the progress total
   */
  CorpusReader(List<Path> files, TextFormat format, int passes, ReadProgress progress) {
    this.files = files;
    this.format = format;
    this.progress = progress;
    this.bytesTotal = passes * files.stream().mapToLong(CorpusReader::size).sum();
  }

  /** Reads all files once. */
  void read(Level level, Sink sink) {
    char[] chunk = new char[CHUNK];
    for (Path file : files) {
      long bytesBefore = bytesRead;
      try (TextReader reader = new TextReader(file, format)) {
        Tokenizer tokenizer = Tokenizer.of(level, token -> sink.accept(file, token));
        int length;
        while ((length = reader.read(chunk, 0, CHUNK)) >= 0) {
          tokenizer.accept(chunk, 0, length);
          bytesRead = bytesBefore + reader.bytesRead();
          progress.bytesRead(bytesRead, bytesTotal);
        }
        tokenizer.finish();
      }
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }
}
