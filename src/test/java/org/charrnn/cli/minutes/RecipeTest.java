package org.charrnn.cli.minutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.charrnn.model.CellKind;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.SessionSettings;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.RunKind;
import org.charrnn.settings.SettingValues;
import org.charrnn.text.Level;
import org.junit.jupiter.api.Test;

class RecipeTest {
  private static final BatchShape BATCH = new BatchShape(4, 5);
  private static final ModelConfig NETWORK = network(256); // 853,000 weights are multiplied

  private static ModelConfig network(int hidden) {
    return new ModelConfig(CellKind.LSTM, 256, hidden, 2, 0);
  }

  private static ModelConfig network(SettingValues values) {
    return network((int) values.value(ModelConfig.class, "hidden"));
  }

  private static Recipe.Task task(double tokens, Level level, double seconds) {
    return new Recipe.Task(tokens, level, tokens < 40_000, BATCH, ComputeKernel.fused(1), seconds);
  }

  private static double dropout(double tokens, Level level, double epochs) {
    return Recipe.dropout(NETWORK, task(tokens, level, 60), epochs);
  }

  /** The network has 4 * 256^2 * 3 + 256 * 256 weights that are multiplied for a token. */
  @Test
  void dropoutGrowsWithTheWeightsForEachCharacter() {
    double weights = 13 * 256 * 256;
    double usual = dropout(weights, Level.CHARACTER, 10);
    assertThat(usual).isPositive();
    assertThat(dropout(weights / 2, Level.CHARACTER, 10)).isGreaterThan(usual);
    assertThat(dropout(weights * 2, Level.CHARACTER, 10)).isLessThan(usual);
    assertThat(dropout(weights * 1000, Level.CHARACTER, 10)).isZero();
    assertThat(dropout(weights / 5, Level.WORD, 10)).isCloseTo(usual, within(1e-9));
  }

  @Test
  void textThatIsReadOnceOrIsLearnedByHeartNeedsNoDropout() {
    assertThat(dropout(500_000, Level.CHARACTER, 1.5)).isZero();
    assertThat(dropout(10_000, Level.CHARACTER, 1000)).isZero();
  }

  @Test
  void widerNetworksHaveSmallerLearningRates() {
    assertThat(Recipe.rate(network(512))).isLessThan(Recipe.rate(network(128)));
    assertThat(Recipe.rate(network(64))).isLessThanOrEqualTo(0.01);
    assertThat(Recipe.rate(network(2048))).isGreaterThan(0.001);
  }

  @Test
  void givenSettingsStayAsTheyAre() {
    SettingValues given =
        new SettingValues(
            RunKind.TRAIN, Map.of("hidden", 16, "dropout", 0.125f, "learning-rate", 0.5f));
    Recipe recipe =
        Recipe.choose(
            given, task(1e6, Level.CHARACTER, 60), RecipeTest::network, new SessionSettings(1));
    assertThat(recipe.network()).isEqualTo(network(16));
    assertThat(recipe.values().value(Regularization.class, "dropout")).isEqualTo(0.125f);
    assertThat(recipe.values().value(LearningRateSchedule.class, "learning-rate")).isEqualTo(0.5f);
  }

  /** Any machine reads a character in a second, and none the text of an hour in a millisecond. */
  @Test
  void shortTimesHaveSmallNetworks() {
    SettingValues nothing = new SettingValues(RunKind.TRAIN, Map.of());
    Recipe recipe =
        Recipe.choose(
            nothing,
            task(1e6, Level.CHARACTER, 0.001),
            RecipeTest::network,
            new SessionSettings(1));
    assertThat(recipe.network()).isEqualTo(network(NetworkSearch.SIZES[0]));
    assertThat(recipe.values().value(ModelConfig.class, "hidden"))
        .isEqualTo(NetworkSearch.SIZES[0]);
    assertThat(recipe.description(0.001, 3))
        .hasSize(3)
        .first()
        .asString()
        .startsWith("chosen for --minutes 0.001: --hidden 64 --dropout 0.0 --learning-rate 0.01");
  }
}
