package org.charrnn.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * A standard stream, in UTF-8. If it is a terminal, text that a model generated must not control
 * it, so such text is printed to the stream's {@link #escaped} writer.
 */
final class StandardStream extends PrintWriter {
  private final Escaping escaped;

  /**
   * @param isTerminal asked only when there is a control character to print
   */
  StandardStream(OutputStream stream, boolean autoFlush, BooleanSupplier isTerminal) {
    super(stream, autoFlush, StandardCharsets.UTF_8);
    escaped = new Escaping(this, autoFlush, isTerminal);
  }

  /**
   * Returns a writer to the same place that writes control characters as {@code \\u001b} if that is
   * a terminal.
   */
  static PrintWriter escaped(PrintWriter out) {
    return out instanceof StandardStream stream ? stream.escaped : out;
  }

  /** Escapes what is written, but not the line ends of {@code println}. */
  private static final class Escaping extends PrintWriter {
    private final BooleanSupplier isTerminal;
    private Boolean escapes; // null if not known yet

    Escaping(PrintWriter out, boolean autoFlush, BooleanSupplier isTerminal) {
      super(out, autoFlush); // as a PrintWriter, it reports the errors of the other one
      this.isTerminal = isTerminal;
    }

    @Override
    public void write(int c) {
      write(String.valueOf((char) c), 0, 1);
    }

    @Override
    public void write(char[] chars, int offset, int length) {
      write(String.valueOf(chars, offset, length), 0, length);
    }

    @Override
    public void write(String text, int offset, int length) {
      String part = text.substring(offset, offset + length);
      String written = part.chars().anyMatch(Escaping::isControl) ? escape(part) : part;
      super.write(written, 0, written.length());
    }

    private String escape(String text) {
      if (escapes == null) {
        escapes = isTerminal.getAsBoolean();
      }
      if (!escapes) {
        return text;
      }
      StringBuilder escaped = new StringBuilder();
      text.chars()
          .forEach(
              c -> {
                if (isControl(c)) {
                  escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
                } else {
                  escaped.append((char) c);
                }
              });
      return escaped.toString();
    }

    /** Control characters but line feeds and tabs, and what reverses the direction of text. */
    private static boolean isControl(int c) {
      boolean isBidirectional = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
      return isBidirectional || (c != '\n' && c != '\t' && Character.isISOControl(c));
    }
  }
}
