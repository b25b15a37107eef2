package org.charrnn.text.files;

import java.io.IOException;
import java.io.Reader;
import org.charrnn.text.UnicodeForm;

/** Converts text to a Unicode normal form while it is read. */
final class NormalizedReader extends Reader {
  private static final int CHUNK = 1 << 13;

  private final Reader in;
  private final UnicodeForm form;
  private final StringBuilder pending = new StringBuilder(); // read, not yet normalized
  private final char[] chunk = new char[CHUNK];
  private String normalized = "";
  private int position; // in the normalized text
  private boolean atEnd;

  /** Creates a reader that closes the other one. */
  NormalizedReader(Reader in, UnicodeForm form) {
    this.in = in;
    this.form = form;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (position == normalized.length()) {
      if (atEnd) {
        return -1;
      }
      fill();
    }
    int read = Math.min(length, normalized.length() - position);
    normalized.getChars(position, position + read, target, offset);
    position += read;
    return read;
  }

  /** Normalizes what cannot depend on the text that follows. */
  private void fill() throws IOException {
    int read = in.read(chunk, 0, CHUNK);
    atEnd = read < 0;
    pending.append(chunk, 0, Math.max(read, 0));
    int end = pending.length();
    if (!atEnd) {
      do {
        end--;
      } while (end > 0 && !UnicodeForm.isBoundary(pending.charAt(end)));
    }
    normalized = form.apply(pending.substring(0, Math.max(end, 0)));
    position = 0;
    pending.delete(0, Math.max(end, 0));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
