package org.charrnn.store;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.charrnn.InputException;

/** Converts between records and JSON. */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** Larger than any vocabulary. */
  private static final long MAX_BYTES = 1L << 28;

  private Json() {}

  static byte[] write(Object value) {
    try {
      return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // records and lists can always be converted
    }
  }

  /**
   * Returns the content of a file.
   *
   * @throws InputException if it is missing, unreadable or far too large
   */
  static byte[] bytes(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new InputException(
            String.format(
                Locale.ROOT, "%s has %,d bytes, too many for a file of a run", file, size));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InputException("cannot read " + file + ": the file is missing", e);
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }

  /**
   * Converts the content of a JSON file to a record or an array, without its checksums.
   *
   * @param source named in error messages
   * @throws InputException if the content does not fit the type
   */
  static <T> T parse(byte[] content, Class<T> type, Object source) {
    JsonNode json = parse(content, source);
    if (json instanceof ObjectNode object) {
      object.remove(Checksums.KEY);
    }
    return convert(json, type, source);
  }

  /**
   * Converts JSON to a record.
   *
   * @param source named in error messages
   * @throws InputException if it does not fit the type
   */
  static <T> T convert(JsonNode json, Class<T> type, Object source) {
    T value;
    try {
      value = MAPPER.treeToValue(json, type);
    } catch (JacksonException e) {
      throw damaged(source, e);
    }
    if (value == null) { // JSON's null
      throw new InputException(source + " is damaged: it is null");
    }
    return value;
  }

  /**
   * Parses the content of a JSON file.
   *
   * @param source named in error messages
   * @throws InputException if it is not valid JSON
   */
  static JsonNode parse(byte[] content, Object source) {
    try {
      return MAPPER.readTree(content);
    } catch (JacksonException e) {
      throw damaged(source, e);
    } catch (IOException e) { // malformed text in an encoding that JSON allows, such as UTF-32
      throw new InputException(source + " is damaged: " + e.getMessage(), e);
    }
  }

  private static InputException damaged(Object source, JacksonException e) {
    boolean hasLine = e.getLocation() != null && e.getLocation().getLineNr() > 0;
    String where = hasLine ? " at line " + e.getLocation().getLineNr() : "";
    String what = e.getOriginalMessage().lines().findFirst().orElse("");
    return new InputException(source + " is damaged" + where + ": " + what, e);
  }

  /** Converts a record to JSON. */
  static ObjectNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Converts a value to JSON. */
  static JsonNode node(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Returns a new, empty JSON object. */
  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Returns the JSON key of a record component. */
  static String key(String component) {
    return new PropertyNamingStrategies.SnakeCaseStrategy().translate(component);
  }
}
