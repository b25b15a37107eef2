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
 * SHA-256 checksums in a JSON file: under the key {@value #KEY}, one for each file name. The JSON
 * file also has one for itself, which is computed with zeros in its place.
 *
 * <p>Files of early versions have no checksums and are not checked.
 */
final class Checksums {
  static final String KEY = "sha256";

  private static final String ZEROS = "0".repeat(64);

  private Checksums() {}

  /** Returns the SHA-256 of a file's content, in hexadecimal. */
  static String of(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }

  /**
   * Returns JSON with its own checksum and those of other files.
   *
   * @param name of the JSON file
   * @param others content of the other files, by name
   */
  static byte[] write(Object value, String name, Map<String, byte[]> others) {
    ObjectNode json = Json.tree(value);
    ObjectNode checksums = json.putObject(KEY);
    others.forEach((other, content) -> checksums.put(other, of(content)));
    checksums.put(name, ZEROS);
    byte[] withZeros = Json.write(json);
    return replace(withZeros, ZEROS, of(withZeros));
  }

  /**
   * Checks JSON against its own checksum.
   *
   * @param file that {@code content} was read from
   * @return all checksums, for {@link #verify}
   * @throws InputException if the content has changed
   */
  static JsonNode verifyOwn(byte[] content, Path file) {
    JsonNode checksums = Json.parse(content, file).path(KEY);
    if (!checksums.isMissingNode()) {
      String checksum = checksums.path(file.getFileName().toString()).asText();
      if (checksum.length() != ZEROS.length()
          || !checksum.equals(of(replace(content, checksum, ZEROS)))) {
        throw damaged(file, "; if you edited it on purpose, delete \"" + KEY + "\" in it, too");
      }
    }
    return checksums;
  }

  /**
   * Checks another file.
   *
   * @param checksums returned by {@link #verifyOwn}
   * @throws InputException if the content has changed
   */
  static void verify(JsonNode checksums, byte[] content, Path file) {
    JsonNode checksum = checksums.path(file.getFileName().toString());
    if (!checksum.isMissingNode() && !checksum.asText().equals(of(content))) {
      throw damaged(file, "");
    }
  }

  private static InputException damaged(Path file, String advice) {
    return new InputException(
        file
            + " is damaged: its checksum (SHA-256) differs from the one it was written with"
            + advice);
  }

  /** Works on bytes, so it also works on text that is not valid UTF-8. */
  private static byte[] replace(byte[] text, String part, String replacement) {
    return new String(text, ISO_8859_1).replace(part, replacement).getBytes(ISO_8859_1);
  }
}
