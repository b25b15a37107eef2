package org.charrnn.plot;

import java.util.Locale;
import org.charrnn.InputException;

/**
 * How learning curves are drawn.
 *
 * @param token what a loss is the mean of, as in "nats per character"
 * @param logScale whether the losses' axis is logarithmic
 * @param width in pixels, {@value #MIN_SIZE} to {@value #MAX_SIZE}
 * @param height in pixels, {@value #MIN_SIZE} to {@value #MAX_SIZE}
 */
public record PlotConfig(
    XAxis xAxis, Unit unit, String token, boolean logScale, int width, int height) {
  private static final int MIN_SIZE = 400;
  private static final int MAX_SIZE = 8000;

  /** What the losses are drawn over. */
  public enum XAxis {
    STEPS,
    EPOCHS;

    /** The name on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the losses are measured in. */
  public enum Unit {
    NATS(1),
    BITS(Math.log(2));

    private final double nats;

    Unit(double nats) {
      this.nats = nats;
    }

    double of(double lossNats) {
      return lossNats / nats;
    }

    /** The name on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public PlotConfig {
    requireSize("--width", width);
    requireSize("--height", height);
  }

  private static void requireSize(String option, int pixels) {
    if (pixels < MIN_SIZE || pixels > MAX_SIZE) {
      throw new InputException(
          "%s must be from %d to %d pixels, got %d".formatted(option, MIN_SIZE, MAX_SIZE, pixels));
    }
  }
}
