package org.charrnn.cli.minutes;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.charrnn.InputException;
import org.charrnn.settings.TrainingConfig;
import org.charrnn.store.RunConfig;
import org.charrnn.text.TokenRanges;
import org.charrnn.train.Trainer;

/**
 * The time of a training, from the start of the command to its end.
 *
 * @param minutes in all
 * @param start of the command, by {@link System#nanoTime}
 */
public record TimeBudget(double minutes, long start) {
  /** What writing the model and leaving the program take, in seconds. */
  private static final double END = 1.5;

  /** Part of the time that validations and checkpoints may take. */
  private static final double SAVING = 0.05;

  private static final int SAVES = 20;

  /** Bytes of a checkpoint that are written in a second, on a slow disk. */
  private static final double BYTES_PER_SECOND = 200e6;

  /** A weight and Adam's two moments. */
  private static final int BYTES_OF_A_WEIGHT = 12;

  /** Part of the time in which steps are measured, and its bounds in seconds. */
  private static final double MEASURING = 0.015;

  private static final double SHORTEST = 1;
  private static final double LONGEST = 10;

  /** Steps and the interval of checkpoints. */
  record Steps(long steps, long saveEvery) {}

  /** Such as {@code 0.5} or {@code 15}. */
  public static String format(double minutes) {
    return BigDecimal.valueOf(minutes).stripTrailingZeros().toPlainString();
  }

  /** The seconds that are left. */
  public double left() {
    return minutes * 60 - (System.nanoTime() - start) / 1e9;
  }

  /**
   * Returns the number of steps that end in time.
   *
   * @param left seconds, before the trainer is opened
   * @param weights of the network
   * @param saveEvery steps between checkpoints; 0 to choose them
   * @throws InputException if there is no time for a step
   */
  Steps steps(double left, Timing timing, long weights, long saveEvery) {
    double save = timing.validation() + weights * BYTES_OF_A_WEIGHT / BYTES_PER_SECOND;
    double training = left - timing.open() - END - save; // the last is always saved
    if (training < timing.step()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--minutes %s is over before the first step: reading the text and measuring this"
                  + " machine have left %.1f seconds, and opening and saving the network take %.1f;"
                  + " give more minutes or a smaller network",
              format(minutes),
              Math.max(0, left),
              timing.open() + END + save));
    }
    if (saveEvery > 0) {
      long steps = (long) (training / (timing.step() + save / saveEvery));
      return new Steps(Math.max(1, steps), saveEvery);
    }
    int saves = (int) Math.max(0, Math.min(SAVES - 1, SAVING * training / save));
    long steps = (long) Math.max(1, (training - saves * save) / timing.step());
    return new Steps(steps, (steps + saves) / (saves + 1));
  }

  /**
   * Returns a training with as many steps as end in time. Opens it to measure it.
   *
   * @param config of the training
   * @param keepsInterval whether the interval between checkpoints stays as it is
   * @param opener opens the training from random weights
   * @param validation its validation text, if any
   * @throws InputException if there is no time for a step
   */
  public TrainingConfig fit(
      RunConfig config,
      boolean keepsInterval,
      Supplier<Trainer> opener,
      Optional<TokenRanges> validation) {
    double seconds = Math.max(SHORTEST, Math.min(LONGEST, MEASURING * minutes * 60));
    Timing timing = Timing.measure(opener, validation, seconds);
    TrainingConfig training = config.training();
    Steps steps =
        steps(
            left(),
            timing,
            config.model().parameters(),
            keepsInterval ? training.saving().saveEvery() : 0);
    return training.withSteps(steps.steps()).withSaveEvery(steps.saveEvery());
  }
}
