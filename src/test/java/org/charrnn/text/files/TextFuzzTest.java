package org.charrnn.text.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.charrnn.InputException;
import org.charrnn.text.Level;
import org.charrnn.text.Tokenizer;
import org.junit.jupiter.api.io.TempDir;

/** Any bytes are decoded as by Java's own decoder, or the error names the file. */
class TextFuzzTest {
  @TempDir private static Path directory;

  @FuzzTest(maxDuration = "20s")
  void utf8(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("text"), bytes);
    String expected = null;
    try {
      expected = withoutMark(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException malformed) {
      // must be rejected
    }
    try {
      assertThat(read(file, Malformed.REPORT)).isEqualTo(expected);
    } catch (InputException e) {
      assertThat(e.getMessage()).contains(file.toString());
      assertThat(expected == null || isOtherFile(bytes)).as(e.getMessage()).isTrue();
    }
  }

  @FuzzTest(maxDuration = "20s")
  void malformedUtf8(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("text"), bytes);
    try {
      String read = read(file, Malformed.REPLACE);
      assertThat(read).isEqualTo(withoutMark(new String(bytes, UTF_8)));
      for (Level level : Level.values()) {
        assertThat(String.join("", Tokenizer.tokens(level, read))).isEqualTo(read);
      }
    } catch (InputException e) {
      assertThat(isOtherFile(bytes)).as(e.getMessage()).isTrue();
    }
  }

  private static String read(Path file, Malformed malformed) throws IOException {
    StringWriter text = new StringWriter();
    try (TextReader reader = new TextReader(file, new TextFormat(UTF_8, malformed), 16)) {
      reader.transferTo(text);
    }
    return text.toString();
  }

  private static String withoutMark(String text) {
    String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return unmarked.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** Whether bytes start as another encoding, or as a file that is not plain text. */
  private static boolean isOtherFile(byte[] bytes) {
    return isMarked(bytes) || FileKind.of(bytes).isPresent();
  }

  /** Whether bytes start with a byte order mark of UTF-16 or UTF-32. */
  private static boolean isMarked(byte[] bytes) {
    String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 4));
    return hex.startsWith("fffe") || hex.startsWith("feff") || hex.equals("0000feff");
  }
}
