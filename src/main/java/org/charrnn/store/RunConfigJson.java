package org.charrnn.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import org.charrnn.model.ComputeKernel;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingDefinition;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;

/**
 * Converts a {@link RunConfig} to JSON and back. The training settings are one flat section, as in
 * files of earlier versions. Settings that an earlier version did not have get the value that
 * applied in it.
 */
final class RunConfigJson {
  private static final String TRAINING = "training";
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
    return json;
  }

  /**
   * Reads the content of a {@code config.json}.
   *
   * @param source named in error messages
   * @throws org.charrnn.InputException if it is not valid; unknown keys are not allowed
   */
  static RunConfig parse(byte[] content, Object source) {
    if (!(Json.parse(content, source) instanceof ObjectNode json)) {
      return Json.convert(Json.parse(content, source), RunConfig.class, source);
    }
    json.remove(Checksums.KEY);
    ADDED_SECTIONS.forEach((key, type) -> addAbsent(json.withObjectProperty(key), type));
    if (json.get(TRAINING) instanceof ObjectNode training) {
      addKind(json, training);
      nest(training);
    }
    return Json.convert(json, RunConfig.class, source);
  }

  private static void addAbsent(ObjectNode section, Class<? extends Record> type) {
    for (SettingDefinition setting : SettingDefinition.of(type)) {
      setting
          .absentValue()
          .ifPresent(value -> section.putIfAbsent(Json.key(setting.component()), Json.node(value)));
    }
  }

  /** Files of earlier versions have no kind; in the lab, a batch is all windows of the text. */
  private static void addKind(ObjectNode json, ObjectNode training) {
    if (!json.has("kind")) {
      long tokens = json.path("text").path("tokens").asLong();
      long windows = training.path("batch_size").asLong();
      boolean isLab = tokens == windows + training.path("sequence_length").asLong();
      json.set("kind", Json.node(isLab ? RunKind.LAB : RunKind.TRAIN));
    }
  }

  private static void nest(ObjectNode training) {
    for (RecordComponent component : TrainingConfig.class.getRecordComponents()) {
      if (component.getType().isRecord()) {
        Class<? extends Record> type = component.getType().asSubclass(Record.class);
        addAbsent(training, type);
        ObjectNode section = Json.object();
        for (RecordComponent part : type.getRecordComponents()) {
          String key = Json.key(part.getName());
          if (training.has(key)) {
            section.set(key, training.remove(key));
          }
        }
        training.set(Json.key(component.getName()), section);
      }
    }
  }
}
