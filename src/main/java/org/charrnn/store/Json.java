package org.charrnn.store;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.InjectableValues;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.charrnn.InputException;
import org.charrnn.model.Kernel;

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
          .injectableValues(new InjectableValues.Std().addValue(Kernel.class, Kernel.OPS))
          .build();

  private Json() {}

  static byte[] write(Object value) {
    try {
      return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // plain records and lists always can be written
    }
  }

  /**
   * Reads a file.
   *
   * @throws InputException if it is not there or is not what {@link #write} wrote
   */
  static <T> T read(Path file, Class<T> type) {
    try {
      return parse(Files.readAllBytes(file), type, file);
    } catch (IOException e) {
      throw new InputException(
          "cannot read " + file + (Files.exists(file) ? "" : ", which is not there"), e);
    }
  }

  /**
   * Reads what a file held.
   *
   * @param source what a message names
   * @throws InputException if it is not what {@link #write} wrote
   */
  static <T> T parse(byte[] content, Class<T> type, Object source) {
    try {
      return MAPPER.readValue(content, type);
    } catch (JacksonException e) {
      String where = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      String what = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new InputException(source + " is damaged" + where + ": " + what, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is read
    }
  }
}
