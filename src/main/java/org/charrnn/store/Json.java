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
import java.nio.file.Path;
import java.util.Locale;
import org.charrnn.InputException;

/** Records as files that people and Python can read. */
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

  /** Above any vocabulary's. */
  private static final long MAX_BYTES = 1L << 28;

  private Json() {}

  static byte[] write(Object value) {
    try {
      return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // plain records and lists always can be written
    }
  }

  /**
   * Returns what is in a file.
   *
   * @throws InputException if it is not there, cannot be read or is far too large
   */
  static byte[] bytes(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new InputException(
            String.format(
                Locale.ROOT, "%s has %,d bytes; that is none of a run's files", file, size));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InputException(
          "cannot read " + file + (Files.exists(file) ? "" : ", which is not there"), e);
    }
  }

  /**
   * Reads the content of a file.
   *
   * @param source what a message names
   * @throws InputException if it is not what {@link #write} wrote
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
   * @throws InputException if it does not fit
   */
  static <T> T convert(JsonNode json, Class<T> type, Object source) {
    T value;
    try {
      value = MAPPER.treeToValue(json, type);
    } catch (JacksonException e) {
      throw damaged(source, e);
    }
    if (value == null) { // JSON's null
      throw new InputException(source + " is damaged: it contains nothing");
    }
    return value;
  }

  /**
   * Reads what a file held.
   *
   * @throws InputException if it is no JSON
   */
  static JsonNode parse(byte[] content, Object source) {
    try {
      return MAPPER.readTree(content);
    } catch (JacksonException e) {
      throw damaged(source, e);
    } catch (IOException e) { // broken text of an encoding that JSON may have, such as UTF-32
      throw new InputException(source + " is damaged: " + e.getMessage(), e);
    }
  }

  private static InputException damaged(Object source, JacksonException e) {
    String where = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
    String what = e.getOriginalMessage().lines().findFirst().orElse("");
    return new InputException(source + " is damaged" + where + ": " + what, e);
  }

  /** Returns a value as it is written. */
  static ObjectNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Returns a value as it is written. */
  static JsonNode node(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Returns a new JSON object. */
  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Returns the key of a record's component. */
  static String key(String component) {
    return new PropertyNamingStrategies.SnakeCaseStrategy().translate(component);
  }
}
