package org.charrnn.text.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.charrnn.InputException;
import org.charrnn.text.Tokenization;
import org.charrnn.text.Tokenizer;

/** Reads the tokens of several files. No token spans two files. */
final class CorpusReader {
  private static final int CHUNK = 1 << 13;

  private final List<Path> files;
  private final TextFormat format;
  private final ReadProgress progress;
  private final long bytesTotal;
  private long bytesRead;

  /** Creates a reader of files, each of which is read once, in order. */
  CorpusReader(List<Path> files, TextFormat format, ReadProgress progress) {
    this.files = files;
    this.format = format;
    this.progress = progress;
    this.bytesTotal = files.stream().mapToLong(CorpusReader::size).sum();
  }

  /**
   * Reads a file.
   *
   * @param tokens receives each token
   */
  void read(int file, Tokenization tokenization, Consumer<String> tokens) {
    char[] chunk = new char[CHUNK];
    long bytesBefore = bytesRead;
    try (TextReader reader = new TextReader(files.get(file), format)) {
      Tokenizer tokenizer = Tokenizer.of(tokenization, tokens);
      int length;
      while ((length = reader.read(chunk, 0, CHUNK)) >= 0) {
        tokenizer.accept(chunk, 0, length);
        bytesRead = bytesBefore + reader.bytesRead();
        progress.bytesRead(bytesRead, bytesTotal);
      }
      tokenizer.finish();
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
