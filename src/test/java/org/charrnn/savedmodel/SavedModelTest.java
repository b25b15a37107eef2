package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.charrnn.checkpoint.Checkpoint;
import org.charrnn.testing.ExampleModel;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Exported models, loaded with TensorFlow-Java's own loader. */
class SavedModelTest {
  static final List<ExampleModel> MODELS = List.of(ExampleModel.LAB, ExampleModel.DEEP);

  @TempDir private Path run;

  @ParameterizedTest
  @FieldSource("MODELS")
  void returnsTheLogitsOfTheTrainingGraphForAnyShape(ExampleModel model) throws IOException {
    Exported exported = Exported.create(model, 20, run);
    exported.assertSameLogits(exported.path());
    exported.assertSameStepLogits(exported.path());
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void generatesTheTextOfThisProgram(ExampleModel model) throws IOException {
    Exported exported = Exported.create(model, 100, run);
    exported.assertSameTexts(exported.path());
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void holdsTheWeightsAndNoOptimizerSlots(ExampleModel model) throws IOException {
    Exported exported = Exported.create(model, 1, run);
    Path variables = exported.path().resolve("variables/variables");
    assertThat(Checkpoint.shapes(variables)).containsExactlyInAnyOrderEntriesOf(exported.shapes());
    List<String> names = List.copyOf(exported.shapes().keySet());
    assertThat(Checkpoint.read(variables, names))
        .usingRecursiveComparison()
        .isEqualTo(exported.weights());
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void containsTheVocabulary(ExampleModel model) throws IOException {
    Exported exported = Exported.create(model, 0, run);
    Path asset = exported.path().resolve("assets/vocabulary.json");
    assertThat(new ObjectMapper().readValue(asset.toFile(), String[].class))
        .containsExactlyElementsOf(model.vocabulary().tokens());
  }

  /** After training, each window of the lab predicts the character after it. */
  @Test
  void mostLikelyCharactersReproduceTheSentence() throws IOException {
    ExampleModel lab = ExampleModel.LAB;
    Vocabulary vocabulary = lab.vocabulary();
    int[] sentence = vocabulary.encode(lab.text());
    int[] ids = Arrays.copyOf(sentence, sentence.length);
    Arrays.fill(ids, ExampleModel.SEQUENCE_LENGTH, ids.length, 0);
    try (LoadedModel loaded = new LoadedModel(Exported.create(lab, 500, run).path())) {
      for (int end = ExampleModel.SEQUENCE_LENGTH; end < ids.length; end++) {
        int[] window = Arrays.copyOfRange(ids, end - ExampleModel.SEQUENCE_LENGTH, end);
        float[][] logits = loaded.logits(new int[][] {window})[0];
        ids[end] = mostLikely(logits[logits.length - 1]);
      }
    }
    assertThat(vocabulary.decode(ids)).isEqualTo(lab.text());
  }

  private static int mostLikely(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .max(Comparator.comparing(id -> logits[id]))
        .orElseThrow();
  }
}
