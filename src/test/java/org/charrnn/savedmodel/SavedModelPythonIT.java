package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Python loads models that Java exported: {@code src/test/python/check_saved_model.py}. */
@ParameterizedClass
@EnumSource(Python.Version.class)
class SavedModelPythonIT {
  private static final Path SCRIPT = Path.of("src/test/python/check_saved_model.py");

  @TempDir private static Path temporary;

  @Parameter Python.Version version;

  private static Path directory;
  private static Exported lab;
  private static Exported deep;
  private static Python.Result result;

  @BeforeParameterizedClassInvocation
  static void loadInPython(Python.Version version) throws IOException {
    Python python = Python.get(version);
    directory = Files.createDirectory(temporary.resolve(version.name()));
    lab = export(ExampleModel.LAB, directory.resolve("lab"));
    deep = export(ExampleModel.DEEP, directory.resolve("deep"));
    result = python.run(SCRIPT, directory.resolve("lab"), directory.resolve("deep"));
  }

  private static Exported export(ExampleModel model, Path run) throws IOException {
    Exported exported = Exported.create(model, 20, run);
    Map<String, Object> expected =
        Map.of(
            "vocabulary",
            model.vocabulary().tokens(),
            "variables",
            exported.shapes().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asArray())),
            "batches",
            exported.batches().map(x -> Map.of("x", x, "outputs", exported.logits(x))).toList());
    new ObjectMapper().writeValue(run.resolve("expected.json").toFile(), expected);
    return exported;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tf2_loader_returns_javas_logits",
        "v1_loader_returns_javas_logits",
        "saved_model_cli_returns_javas_logits",
        "keras_layer_returns_javas_logits",
        "keras_model_with_the_layer_is_fitted",
        "variables_have_the_original_names_and_are_trainable",
        "gradients_match_finite_differences",
        "adam_lowers_the_loss",
        "saving_again_keeps_the_model",
        "saving_after_training_keeps_the_weights",
        "checkpoint_holds_variables_and_metadata",
        "vocabulary_is_an_asset",
      })
  void pythonCheckPasses(String fact) {
    assertThat(result.out().lines()).contains("ok: lab: " + fact, "ok: deep: " + fact);
  }

  @Test
  void modelsSideBySideAreIndependentInPython() {
    assertThat(result.out().lines())
        .contains("ok: models side by side: training_one_does_not_change_the_others");
  }

  @Test
  void allPythonChecksPass() {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  @Test
  void modelSavedAgainByPythonIsLoadedInJava() {
    for (Exported exported : List.of(lab, deep)) {
      Path savedAgain = exported.path().resolveSibling("saved_again");
      exported.assertSameLogits(savedAgain);
      exported.assertSameStepLogits(savedAgain);
      exported.assertSameTexts(savedAgain);
    }
  }
}
