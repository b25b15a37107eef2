package org.charrnn.plot;

import java.awt.Color;
import java.util.List;

/** A colour scale for values up to 1, with a colour-blind safe palette. */
public final class ColourScale {
  private static final Color ORANGE = new Color(0xD55E00);
  private static final Color BLUE = new Color(0x0072B2);

  /** White at 0 to blue at 1. */
  public static final ColourScale PROBABILITIES = new ColourScale(0, Color.WHITE, BLUE);

  /** Orange at -1 through white at 0 to blue at 1, the range of tanh. */
  public static final ColourScale ACTIVATIONS = new ColourScale(-1, ORANGE, Color.WHITE, BLUE);

  private final double min;
  private final List<Color> colours; // evenly spaced from min to 1

  private ColourScale(double min, Color... colours) {
    this.min = min;
    this.colours = List.of(colours);
  }

  double min() {
    return min;
  }

  double max() {
    return 1;
  }

  Color[] colours() {
    return colours.toArray(new Color[0]);
  }

  /** Returns the interpolated colour of a value, which is clamped to the range of the scale. */
  Color of(double value) {
    double clamped = Math.max(min, Math.min(max(), value));
    double position = (clamped - min) / (max() - min) * (colours.size() - 1);
    int lower = (int) Math.min(position, colours.size() - 2.0);
    Color from = colours.get(lower);
    Color to = colours.get(lower + 1);
    double fraction = position - lower;
    return new Color(
        interpolate(from.getRed(), to.getRed(), fraction),
        interpolate(from.getGreen(), to.getGreen(), fraction),
        interpolate(from.getBlue(), to.getBlue(), fraction));
  }

  private static int interpolate(int from, int to, double fraction) {
    return (int) Math.round(from + fraction * (to - from));
  }
}
