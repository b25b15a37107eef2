package org.charrnn.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingDefinition;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.text.TextNormalization;

/**
 * Converts a {@link RunConfig} to JSON and back. The training settings are one flat section, as in
 * files of earlier versions. Settings that an earlier version did not have get the value that
 * applied in it. What a run does not have is left out: changes of settings, rules for words, the
 * number of files whose names are given.
 */
public final class RunConfigJson {
  private static final String KIND = "kind";
  private static final String TRAINING = "training";
  private static final String MODEL = "model";
  private static final String TEXT = "text";
  private static final String WORD_RULES = "word_rules";
  private static final String FILES = "files";
  private static final String FILE_COUNT = "file_count";
  private static final String LOCATION = "location";
  private static final String CHANGES = "changes";
  private static final String SETTING = "setting";
  private static final Map<String, Class<? extends Record>> ADDED_SECTIONS =
      Map.of("kernel", ComputeKernel.class, "slicing", Slicing.class);

  private RunConfigJson() {}

  static ObjectNode write(RunConfig config) {
    ObjectNode json = Json.tree(config);
    JsonNode nested = json.get(TRAINING);
    ObjectNode flat = json.putObject(TRAINING);
    for (RecordComponent component : TrainingConfig.class.getRecordComponents()) {
      String key = Json.key(component.getName());
      if (component.getType().isRecord()) {
        flat.setAll((ObjectNode) nested.get(key));
      } else {
        flat.set(key, nested.get(key));
      }
    }
    ObjectNode text = (ObjectNode) json.get(TEXT);
    List.of(WORD_RULES, LOCATION).forEach(key -> removeNull(text, key));
    if (text.get(FILE_COUNT).asInt() == text.get(FILES).size()) {
      text.remove(FILE_COUNT);
    }
    json.path(CHANGES).forEach(change -> setKey((ObjectNode) change));
    if (json.get(CHANGES).isEmpty()) {
      json.remove(CHANGES);
    }
    return json;
  }

  private static void removeNull(ObjectNode section, String key) {
    if (section.get(key).isNull()) {
      section.remove(key);
    }
  }

  /** Names a setting by its key in the section of the training settings. */
  private static void setKey(ObjectNode change) {
    change.put(SETTING, change.get(SETTING).asText().replace('-', '_'));
  }

  /**
   * Reads the content of a {@code config.json}.
   *
   * @param source named in error messages
   * @throws InputException if it is not valid; unknown keys are not allowed
   */
  static RunConfig parse(byte[] content, Object source) {
    if (!(Json.parse(content, source) instanceof ObjectNode json)) {
      return Json.convert(Json.parse(content, source), RunConfig.class, source);
    }
    json.remove(Checksums.KEY);
    ADDED_SECTIONS.forEach((key, type) -> addAbsent(json, key, type));
    if (json.get(MODEL) instanceof ObjectNode model) {
      addAbsent(model, ModelConfig.class);
    }
    if (json.get(TEXT) instanceof ObjectNode text) {
      addAbsent(text, TextNormalization.class);
      text.putIfAbsent("separator", Json.node("")); // files were joined without one
      text.putIfAbsent(WORD_RULES, Json.node(null));
      text.putIfAbsent(LOCATION, Json.node(null));
      text.putIfAbsent(FILE_COUNT, Json.node(text.path(FILES).size()));
    }
    json.putIfAbsent(CHANGES, Json.node(List.of()));
    if (json.get(TRAINING) instanceof ObjectNode training) {
      if (!json.has(KIND)) {
        json.set(KIND, Json.node(kind(json).orElse(RunKind.TRAIN)));
      }
      json.set(TRAINING, nest(training, source));
    }
    return Json.convert(json, RunConfig.class, source);
  }

  private static void addAbsent(ObjectNode json, String key, Class<? extends Record> type) {
    JsonNode section = json.has(key) ? json.get(key) : json.putObject(key);
    if (section instanceof ObjectNode object) {
      addAbsent(object, type);
    }
  }

  private static void addAbsent(ObjectNode section, Class<? extends Record> type) {
    for (SettingDefinition setting : SettingDefinition.of(type)) {
      setting
          .absentValue()
          .ifPresent(value -> section.putIfAbsent(Json.key(setting.component()), Json.node(value)));
    }
  }

  /**
   * Returns the kind of a run. Files of earlier versions do not have it; in the lab, the windows of
   * the whole text are the batch.
   *
   * @param json content of a {@code config.json}
   * @return empty if it is not the configuration of a run
   */
  public static Optional<RunKind> kind(JsonNode json) {
    if (json.has(KIND)) {
      String name = json.get(KIND).asText();
      return Arrays.stream(RunKind.values())
          .filter(kind -> kind.toString().equals(name))
          .findFirst();
    }
    JsonNode training = json.path(TRAINING);
    if (!training.has("batch_size") || !json.path(TEXT).has("tokens")) {
      return Optional.empty();
    }
    long windows = training.path("batch_size").asLong();
    long tokens = json.path(TEXT).path("tokens").asLong();
    boolean isLab = tokens == windows + training.path("sequence_length").asLong();
    return Optional.of(isLab ? RunKind.LAB : RunKind.TRAIN);
  }

  /** Returns the sections of {@link TrainingConfig}, and removes their keys from the flat one. */
  private static ObjectNode nest(ObjectNode flat, Object source) {
    ObjectNode nested = Json.object();
    for (RecordComponent component : TrainingConfig.class.getRecordComponents()) {
      if (component.getType().isRecord()) {
        Class<? extends Record> type = component.getType().asSubclass(Record.class);
        addAbsent(flat, type);
        ObjectNode section = nested.putObject(Json.key(component.getName()));
        for (RecordComponent part : type.getRecordComponents()) {
          move(Json.key(part.getName()), flat, section);
        }
      } else {
        move(Json.key(component.getName()), flat, nested);
      }
    }
    if (!flat.isEmpty()) {
      throw new InputException(
          "%s is damaged: %s has the unknown key \"%s\""
              .formatted(source, TRAINING, flat.fieldNames().next()));
    }
    return nested;
  }

  private static void move(String key, ObjectNode from, ObjectNode to) {
    if (from.has(key)) {
      to.set(key, from.remove(key));
    }
  }
}
