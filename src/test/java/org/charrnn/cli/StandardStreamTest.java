package org.charrnn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StandardStreamTest {
  private static final String CONTROLS =
      "\u001b]0;x\u0007 \u009b31m \b \u007f \r \0 \u202eabc\u2066 ";

  private static final String ESCAPED =
      "\\u001b]0;x\\u0007 \\u009b31m \\u0008 \\u007f \\u000d \\u0000 \\u202eabc\\u2066 ";

  /** What is safe, or needed to read the text: Persian and emoji have joiners. */
  private static final String TEXT =
      "a\tb\n é e\u0301 \u200f \u200c\uD83D\uDC69\u200d\uD83D\uDC67 \\u001b\n";

  private static String print(boolean isTerminal, boolean escapes, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StandardStream stream = new StandardStream(bytes, false, () -> isTerminal);
    PrintWriter out = escapes ? StandardStream.escaped(stream) : stream;
    out.print(text);
    text.chars().forEach(out::write);
    out.write(text.toCharArray(), 0, text.length());
    out.flush();
    return bytes.toString(UTF_8);
  }

  @Test
  void controlCharactersAreEscapedOnTerminal() {
    assertThat(print(true, true, CONTROLS)).isEqualTo(ESCAPED.repeat(3));
  }

  @Test
  void otherCharactersAreNotEscaped() {
    assertThat(print(true, true, TEXT)).isEqualTo(TEXT.repeat(3));
  }

  @Test
  void filesPipesAndRawOutputGetTheText() {
    assertThat(print(false, true, CONTROLS)).isEqualTo(CONTROLS.repeat(3));
    assertThat(print(true, false, CONTROLS)).isEqualTo(CONTROLS.repeat(3));
  }

  @Test
  void terminalIsAskedForOnceAndOnlyIfNeeded() {
    AtomicInteger asked = new AtomicInteger();
    StandardStream stream =
        new StandardStream(
            OutputStream.nullOutputStream(), false, () -> asked.incrementAndGet() > 0);
    PrintWriter out = StandardStream.escaped(stream);
    out.println("text");
    assertThat(asked).hasValue(0);
    out.println(CONTROLS);
    out.println(CONTROLS);
    assertThat(asked).hasValue(1);
  }

  @Test
  void otherWritersAreUsedAsTheyAre() {
    PrintWriter out = new PrintWriter(new StringWriter());
    assertThat(StandardStream.escaped(out)).isSameAs(out);
  }

  /** So that sample stops when its reader has gone. */
  @Test
  void errorOfTheStreamIsReported() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("closed");
          }
        };
    PrintWriter out = StandardStream.escaped(new StandardStream(closed, false, () -> true));
    out.print("text");
    assertThat(out.checkError()).isTrue();
  }
}
