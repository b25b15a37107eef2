package org.charrnn.cli.minutes;

import java.util.Optional;
import java.util.function.Supplier;
import org.charrnn.InputException;
import org.charrnn.text.TokenRanges;
import org.charrnn.train.DivergedException;
import org.charrnn.train.Trainer;

/**
 * What the parts of a training take, in seconds.
 *
 * @param open until the first step
 * @param step each
 * @param validation each; 0 if there is none
 */
record Timing(double open, double step, double validation) {
  private static final double VALIDATION_SECONDS = 1;

  /** The first steps take longer. */
  private static final int FIRST_STEPS = 3;

  private static final int MIN_STEPS = 3;

  /** Ends a validation that has been timed. */
  private static final class Timed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Opens a trainer, takes some steps, reads some of the validation text and closes the trainer.
   *
   * @param seconds of steps
   */
  static Timing measure(
      Supplier<Trainer> opener, Optional<TokenRanges> validation, double seconds) {
    long start = System.nanoTime();
    try (Trainer trainer = opener.get()) {
      trainer.train(0, FIRST_STEPS);
      double open = since(start);
      long first = System.nanoTime();
      long steps = FIRST_STEPS;
      while (steps < FIRST_STEPS + MIN_STEPS || since(first) < seconds) {
        trainer.train(steps, steps + 1);
        steps++;
      }
      double step = since(first) / (steps - FIRST_STEPS);
      double validationSeconds = validation.map(text -> validate(trainer, text)).orElse(0.0);
      return new Timing(Math.max(0, open - FIRST_STEPS * step), step, validationSeconds);
    } catch (DivergedException e) {
      throw new InputException(e.getMessage(), e); // such as with a learning rate that was given
    }
  }

  private static double validate(Trainer trainer, TokenRanges text) {
    long start = System.nanoTime();
    double[] seconds = new double[1];
    try {
      trainer.meanLossNats(
          text,
          read -> {
            seconds[0] = since(start) * text.predictable() / read;
            if (since(start) > VALIDATION_SECONDS) {
              throw new Timed();
            }
          });
    } catch (Timed e) {
      return seconds[0];
    }
    return since(start);
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
