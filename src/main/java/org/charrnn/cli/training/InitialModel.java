package org.charrnn.cli.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.model.ModelConfig;
import org.charrnn.settings.SettingValues;
import org.charrnn.store.TrainedModel;
import org.charrnn.text.Level;
import org.charrnn.text.TokenCounts;
import org.charrnn.text.Vocabulary;
import org.charrnn.text.VocabularySettings;

/**
 * The model of {@code --init-from}. A run, its checkpoint or its SavedModel comes with its
 * vocabulary and its network; a bare file of weights does not.
 */
final class InitialModel {
  private InitialModel() {}

  /**
   * Opens a model.
   *
   * @param path model or checkpoint with the initial weights, or null
   * @return empty if they come without a vocabulary
   * @throws InputException if the user asked for another vocabulary or network
   */
  static Optional<TrainedModel> open(SettingValues given, Path path) {
    if (path == null || !TrainedModel.isModel(path)) {
      return Optional.empty();
    }
    TrainedModel model = TrainedModel.open(path);
    requireVocabulary(given, path, model.vocabulary());
    requireNetwork(given, path, model.config().model());
    return Optional.of(model);
  }

  private static void requireVocabulary(SettingValues given, Path path, Vocabulary vocabulary) {
    Level level = vocabulary.level();
    boolean isOtherLevel =
        given.isGiven("level") && given.value(VocabularySettings.class, "level") != level;
    if (isOtherLevel || given.isGiven("vocabulary-size")) {
      throw new InputException(
          "--init-from %s comes with its vocabulary of %ss; --level and --vocabulary-size cannot"
                  .formatted(path, level.noun())
              + " change it");
    }
    if (given.isGiven("min-count") && !vocabulary.hasUnknown()) {
      throw new InputException(
          "--min-count is for a vocabulary with an unknown %s; that of --init-from %s has none, so"
                  .formatted(level.noun(), path)
              + " every new %s is added to it".formatted(level.noun()));
    }
  }

  /**
   * Returns the tokens of a text that are added to the vocabulary of a model: all that it lacks; if
   * it has an unknown token, only those that occur as often as the given minimum count, or none.
   */
  static List<String> newTokens(SettingValues given, Vocabulary vocabulary, TokenCounts counts) {
    if (vocabulary.hasUnknown() && !given.isGiven("min-count")) {
      return List.of();
    }
    return vocabulary.missing(counts, (int) given.value(VocabularySettings.class, "min-count"));
  }

  private static void requireNetwork(SettingValues given, Path path, ModelConfig model) {
    Map<String, Object> ofModel =
        Map.of(
            "cell", model.cell(),
            "hidden", model.hiddenSize(),
            "layers", model.layers(),
            "embedding", model.embeddingSize(),
            "tie-embeddings", model.tieEmbeddings());
    List<String> differences = new ArrayList<>();
    for (String setting : List.of("cell", "hidden", "layers", "embedding", "tie-embeddings")) {
      Object wanted = given.isGiven(setting) ? given.value(ModelConfig.class, setting) : null;
      if (wanted != null && !wanted.equals(ofModel.get(setting))) {
        differences.add(
            "--%s is %s in it, %s here".formatted(setting, ofModel.get(setting), wanted));
      }
    }
    if (!differences.isEmpty()) {
      throw new InputException(
          "--init-from %s is of another model: %s".formatted(path, String.join(", ", differences)));
    }
  }
}
