package org.charrnn.cli.minutes;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.charrnn.cli.limits.MemoryCheck;
import org.charrnn.model.ComputeKernel;
import org.charrnn.model.ModelConfig;
import org.charrnn.model.Precision;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.loss.BatchPart;
import org.charrnn.model.loss.GradientSetup;
import org.charrnn.model.loss.StepNoise;
import org.charrnn.model.measure.Flops;
import org.charrnn.model.measure.PrecisionChoice;
import org.charrnn.settings.BatchShape;
import org.charrnn.settings.LearningRateSchedule;
import org.charrnn.settings.Regularization;
import org.charrnn.settings.SettingValues;
import org.charrnn.text.Level;

/**
 * The settings of a training that are chosen for a text and a time: the hidden size from the speed
 * of this machine, the dropout from how often the text is read, and the learning rate from the
 * hidden size. Settings that are given stay as they are.
 *
 * <p>The numbers come from trainings of two to twenty minutes on tinyshakespeare, which has a
 * million characters.
 *
 * @param values all settings that were given or chosen
 * @param network that they describe
 * @param task that they are for
 * @param secondsPerToken that the network's gradients take on this machine
 */
public record Recipe(SettingValues values, ModelConfig network, Task task, double secondsPerToken) {
  /** With fewer, a larger network has learned less at the end of the time. */
  private static final double TOKENS_PER_WEIGHT = 9;

  /** With more weights for each character of the text, dropout does not keep up. */
  private static final double MOST_WEIGHTS_PER_CHARACTER = 6;

  /** Dropout of a network with as many weights as the text has characters. */
  private static final double USUAL_DROPOUT = 0.25;

  /** What twice as many weights add. */
  private static final double DROPOUT_OF_AN_OCTAVE = 0.12;

  private static final double MOST_DROPOUT = 0.6;

  /** A text that is read less often is not learned by heart. */
  private static final double EPOCHS_WITHOUT_DROPOUT = 2;

  /** Learning rate of a network with a hidden size of 1. */
  private static final double RATE = 0.085;

  private static final double LARGEST_RATE = 0.01;

  /** A hidden size that needs no long text. */
  private static final int USUAL_SIZE = 128;

  private static final String HIDDEN = "hidden";

  /** A token of a word model is as much text as some characters. */
  private static final double CHARACTERS_OF_A_WORD = 5;

  /**
   * What a recipe is for.
   *
   * @param tokens of the training text
   * @param byHeart whether the text is so short that it is to be learned by heart
   * @param batch that is read at a time
   * @param kernel that computes it, in any precision
   * @param seconds of training
   */
  public record Task(
      double tokens,
      Level level,
      boolean byHeart,
      BatchShape batch,
      ComputeKernel kernel,
      double seconds) {
    /** How much text there is to learn, in characters. */
    double characters() {
      return level == Level.WORD ? tokens * CHARACTERS_OF_A_WORD : tokens;
    }
  }

  /**
   * Chooses the settings of a new network.
   *
   * @param given by the user
   * @param networkOf creates a network from settings
   */
  public static Recipe choose(
      SettingValues given,
      Task task,
      Function<SettingValues, ModelConfig> networkOf,
      SessionSettings session) {
    if (given.isGiven(HIDDEN)) {
      return of(given, task, networkOf.apply(given), session);
    }
    IntFunction<ModelConfig> bySize = size -> networkOf.apply(given.with(HIDDEN, size));
    Map<Integer, Double> times = new HashMap<>();
    NetworkSearch search =
        new NetworkSearch(
            task.seconds(),
            TOKENS_PER_WEIGHT,
            size -> weights(bySize.apply(size)),
            size -> {
              double seconds = secondsPerToken(given, task, bySize.apply(size), session);
              times.put(size, seconds);
              return seconds;
            },
            largest(task, bySize));
    int size = search.search();
    return of(given.with(HIDDEN, size), task, bySize.apply(size), times.get(size));
  }

  /** Chooses what remains to be chosen for a network. */
  public static Recipe of(
      SettingValues given, Task task, ModelConfig network, SessionSettings session) {
    return of(given, task, network, secondsPerToken(given, task, network, session));
  }

  private static Recipe of(
      SettingValues given, Task task, ModelConfig network, double secondsPerToken) {
    double epochs = task.seconds() / secondsPerToken / task.tokens();
    SettingValues values =
        given
            .orElse("dropout", rounded(dropout(network, task, epochs)))
            .orElse("learning-rate", rounded(rate(network)));
    return new Recipe(values, network, task, secondsPerToken);
  }

  /** Two digits. */
  private static float rounded(double value) {
    return new BigDecimal(value).round(new MathContext(2)).floatValue();
  }

  /** The weights that are multiplied for a token: all but those that are looked up. */
  private static double weights(ModelConfig network) {
    return Flops.ofToken(network) / 2;
  }

  static double dropout(ModelConfig network, Task task, double epochs) {
    if (task.byHeart() || epochs < EPOCHS_WITHOUT_DROPOUT) {
      return 0;
    }
    double octaves = Math.log(weights(network) / task.characters()) / Math.log(2);
    double dropout = USUAL_DROPOUT + DROPOUT_OF_AN_OCTAVE * octaves;
    return Math.max(0, Math.min(MOST_DROPOUT, dropout));
  }

  static double rate(ModelConfig network) {
    return Math.min(LARGEST_RATE, RATE / Math.sqrt(network.hiddenSize()));
  }

  /** The largest hidden size that the text and the memory are enough for. */
  private static int largest(Task task, IntFunction<ModelConfig> networkOfSize) {
    int largest = NetworkSearch.SIZES[0];
    for (int size : NetworkSearch.SIZES) {
      ModelConfig network = networkOfSize.apply(size);
      boolean isUsual = size <= USUAL_SIZE;
      boolean hasText =
          weights(network) <= MOST_WEIGHTS_PER_CHARACTER * task.characters() || isUsual;
      if (hasText && MemoryCheck.canTrain(network, task.batch(), task.kernel())) {
        largest = size;
      }
    }
    return largest;
  }

  private static double secondsPerToken(
      SettingValues given, Task task, ModelConfig network, SessionSettings session) {
    GradientSetup setup =
        new GradientSetup(network, BatchPart.whole(task.batch()), StepNoise.NONE, task.kernel(), 0);
    Object precision =
        task.kernel().kind() == ComputeKernel.Kind.OPS
            ? Precision.FLOAT32
            : given.value(ComputeKernel.class, "precision");
    return PrecisionChoice.secondsPerToken(
        setup, Optional.ofNullable((Precision) precision), session);
  }

  /** Returns what was chosen and why, in lines. */
  public List<String> description(double minutes, long steps) {
    long read = steps * task.batch().size();
    double epochs = read / task.tokens();
    String noun = task.level().noun();
    return List.of(
        String.format(
            Locale.ROOT,
            "chosen for --minutes %s: --hidden %d --dropout %s --learning-rate %s --steps %d",
            TimeBudget.format(minutes),
            network.hiddenSize(),
            values.value(Regularization.class, "dropout"),
            values.value(LearningRateSchedule.class, "learning-rate"),
            steps),
        String.format(
            Locale.ROOT,
            "hidden size: this machine trains the network at %,.0f %ss/s, so it reads %,d, %.1f for"
                + " each of %,.0f weights; at least %.0f are best",
            1 / secondsPerToken,
            noun,
            read,
            read / weights(network),
            weights(network),
            TOKENS_PER_WEIGHT),
        String.format(
            Locale.ROOT,
            "dropout: the text is read %.1f times and has %.1f %ss for each weight",
            epochs,
            task.tokens() / weights(network),
            noun));
  }
}
