package org.charrnn.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.charrnn.InputException;

/**
 * SHA-256 of files, kept in a file of JSON: under the key {@code sha256}, by the names of the
 * files. The JSON's own is among them, taken with zeros in its place.
 *
 * <p>Files of older versions have none; nothing is checked then.
 */
final class Checksums {
  static final String KEY = "sha256";

  private static final String BLANK = "0".repeat(64);

  private Checksums() {}

  /** Returns the SHA-256 of a file's content, in hexadecimal. */
  static String of(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /**
   * Writes JSON with its own checksum and those of other files.
   *
   * @param self name of the file that it will be
   */
  static byte[] write(Object value, String self, Map<String, byte[]> others) {
    ObjectNode json = Json.tree(value);
    ObjectNode sums = json.putObject(KEY);
    others.forEach((name, content) -> sums.put(name, of(content)));
    sums.put(self, BLANK);
    byte[] blank = Json.write(json);
    return replace(blank, BLANK, of(blank));
  }

  /**
   * Checks JSON against its own checksum.
   *
   * @param file what {@code content} was read from
   * @return what {@link #requireSame} takes
   * @throws InputException if it is not what was written
   */
  static JsonNode require(byte[] content, Path file) {
    JsonNode sums = Json.parse(content, file).path(KEY);
    if (!sums.isMissingNode()) {
      String sum = sums.path(file.getFileName().toString()).asText();
      if (sum.length() != BLANK.length() || !sum.equals(of(replace(content, sum, BLANK)))) {
        throw damaged(file, "; whoever changed it on purpose deletes \"" + KEY + "\" in it, too");
      }
    }
    return sums;
  }

  /**
   * Checks another file.
   *
   * @param sums what {@link #require} returned
   * @throws InputException if it is not what was written
   */
  static void requireSame(JsonNode sums, byte[] content, Path file) {
    JsonNode sum = sums.path(file.getFileName().toString());
    if (!sum.isMissingNode() && !sum.asText().equals(of(content))) {
      throw damaged(file, "");
    }
  }

  private static InputException damaged(Path file, String advice) {
    return new InputException(
        file + " is damaged: it has not the checksum (SHA-256) it was written with" + advice);
  }

  /** Byte by byte, also where the text is broken. */
  private static byte[] replace(byte[] text, String part, String by) {
    return new String(text, ISO_8859_1).replace(part, by).getBytes(ISO_8859_1);
  }
}
