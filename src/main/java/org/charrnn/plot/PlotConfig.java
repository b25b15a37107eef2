package org.charrnn.plot;

import java.util.Locale;
import org.charrnn.InputException;

/**
 * The appearance of a plot of learning curves.
 *
 * @param xAxis the quantity on the x axis
 * @param unit the unit of the losses
 * @param token the noun for a token in the axis title, as in "nats per character"
 * @param logScale whether the y axis is logarithmic
 * @param width the width in pixels, {@value #MIN_SIZE} to {@value #MAX_SIZE}
 * @param height the height in pixels, {@value #MIN_SIZE} to {@value #MAX_SIZE}
 */
public record PlotConfig(
    XAxis xAxis, Unit unit, String token, boolean logScale, int width, int height) {
  private static final int MIN_SIZE = 400;
  private static final int MAX_SIZE = 8000;

  /** The quantity on the x axis. */
  public enum XAxis {
    STEPS,
    EPOCHS;

    /** Returns the name in lower case, as used in options and axis titles. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The unit of a loss. */
  public enum Unit {
    NATS(1),
    BITS(Math.log(2));

    private final double nats;

    Unit(double nats) {
      this.nats = nats;
    }

    /** Converts a loss from nats. */
    double fromNats(double lossNats) {
      return lossNats / nats;
    }

    /** Returns the name in lower case, as used in options and axis titles. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public PlotConfig {
    requireSize("width", width);
    requireSize("height", height);
  }

  private static void requireSize(String name, int pixels) {
    if (pixels < MIN_SIZE || pixels > MAX_SIZE) {
      throw new InputException(
          "the %s of a plot must be from %d to %d pixels, got %d"
              .formatted(name, MIN_SIZE, MAX_SIZE, pixels));
    }
  }
}
