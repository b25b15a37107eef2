package org.charrnn.text.files;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.charrnn.text.Tokenization;
import org.charrnn.text.Tokenizer;
import org.charrnn.text.UnicodeForm;

/** Reads the tokens of several files, with separators between them. No token spans two files. */
final class CorpusReader {
  private static final int CHUNK = 1 << 13;

  private final List<Path> files;
  private final TextFormat format;
  private final ReadProgress progress;
  private final long bytesTotal;
  private final StringBuilder lastChars = new StringBuilder(); // of the text so far
  private long bytesRead;

  /** Creates a reader of files, each of which is read once, in order. */
  CorpusReader(List<Path> files, TextFormat format, ReadProgress progress) {
    this.files = files;
    this.format = format;
    this.progress = progress;
    this.bytesTotal =
        files.stream().allMatch(Files::isRegularFile)
            ? files.stream().mapToLong(CorpusReader::size).sum()
            : ReadProgress.UNKNOWN;
  }

  /**
   * Reads a file, and before its text the separator from the text so far.
   *
   * @param tokens receives each token
   * @param onStart called before the first token of the file itself
   */
  void read(int file, Tokenization tokenization, Consumer<String> tokens, Runnable onStart) {
    char[] chunk = new char[CHUNK];
    long bytesBefore = bytesRead;
    TextReader bytes = new TextReader(files.get(file), format);
    try (Reader reader = normalized(bytes)) {
      Tokenizer tokenizer = Tokenizer.of(tokenization, tokens);
      boolean isStart = true;
      int length;
      while ((length = reader.read(chunk, 0, CHUNK)) >= 0) {
        if (isStart) {
          separate(tokenization, tokens);
          onStart.run();
          isStart = false;
        }
        tokenizer.accept(chunk, 0, length);
        remember(chunk, length);
        bytesRead = bytesBefore + bytes.bytesRead();
        progress.bytesRead(bytesRead, bytesTotal);
      }
      tokenizer.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a TextReader throws none
    }
  }

  private Reader normalized(TextReader reader) {
    UnicodeForm form = format.normalization().normalize();
    return form == UnicodeForm.NONE ? reader : new NormalizedReader(reader, form);
  }

  private void separate(Tokenization tokenization, Consumer<String> tokens) {
    if (format.separates(lastChars)) {
      Tokenizer.tokens(tokenization, format.separator()).forEach(tokens);
    }
  }

  private void remember(char[] chunk, int length) {
    int needed = Math.max(1, format.separator().length());
    lastChars.append(chunk, Math.max(0, length - needed), Math.min(needed, length));
    lastChars.delete(0, Math.max(0, lastChars.length() - needed));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw TextInput.cannotRead(file, e);
    }
  }
}
