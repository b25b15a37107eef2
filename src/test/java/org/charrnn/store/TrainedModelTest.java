package org.charrnn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.io.file.PathUtils;
import org.charrnn.InputException;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.Slicing;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.text.Level;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

/** Models that another program replaces while they are read. */
class TrainedModelTest {
  private static final ModelConfig NETWORK = ModelConfig.lab(3, 2, 1);

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void write() throws IOException {
    path = write("run", "abc", 1);
  }

  private Path write(String name, String characters, float weight) throws IOException {
    List<VariableValue> weights =
        NETWORK.weightShapes().entrySet().stream()
            .map(entry -> filled(entry.getKey(), entry.getValue(), weight))
            .toList();
    RunDirectory run =
        RunDirectory.create(
            directory.resolve(name),
            new RunConfig(
                "0.1",
                RunKind.LAB,
                NETWORK,
                new TextConfig(Level.CHARACTER, false, List.of(), "UTF-8", "report", 9, "ab"),
                TrainingConfig.lab(new BatchShape(4, 5), 1, 0.1f, 1, 7),
                ComputeKernel.OPS,
                Slicing.NONE,
                null),
            Vocabulary.of(characters));
    run.checkpoints().write(new TrainingProgress(1, 0, null, 0), weights);
    run.writeSavedModel(weights);
    return directory.resolve(name);
  }

  private static VariableValue filled(String name, Shape shape, float value) {
    float[] elements = new float[Math.toIntExact(shape.size())];
    Arrays.fill(elements, value);
    return new VariableValue(name, shape, elements);
  }

  private void replaceBy(Path other) throws IOException {
    PathUtils.deleteDirectory(path);
    PathUtils.copyDirectory(other, path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "checkpoints/step-1", "saved_model"})
  void weightsOfAnotherTextAreRejected(String part) throws IOException {
    TrainedModel model = TrainedModel.open(path.resolve(part));
    replaceBy(write("other", "xyz", 2));
    assertThatThrownBy(model::weights)
        .isInstanceOf(InputException.class)
        .hasMessage(path.resolve(part) + " was replaced by another model; run this again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "checkpoints/step-1", "saved_model"})
  void newWeightsOfSameTextAreRead(String part) throws IOException {
    TrainedModel model = TrainedModel.open(path.resolve(part));
    replaceBy(write("later", "abc", 2));
    assertThat(model.weights()).allSatisfy(weight -> assertThat(weight.values()).containsOnly(2));
  }
}
