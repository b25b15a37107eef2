package org.charrnn.plot;

import java.awt.Color;
import java.util.List;

/** Colours for numbers up to 1; its ends people with any colour vision tell apart. */
public final class ColourScale {
  private static final Color ORANGE = new Color(0xD55E00);
  private static final Color BLUE = new Color(0x0072B2);

  /** From 0, white, to 1, blue. */
  public static final ColourScale PROBABILITIES = new ColourScale(0, Color.WHITE, BLUE);

  /** From -1, orange, by 0, white, to 1, blue: what a tanh gives. */
  public static final ColourScale ACTIVATIONS = new ColourScale(-1, ORANGE, Color.WHITE, BLUE);

  private final double min;
  private final List<Color> colours; // at equal distances from min to 1

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

  /** Returns the colour of a number; beyond the ends, that of the end. */
  Color of(double value) {
    double clamped = Math.max(min, Math.min(max(), value));
    double place = (clamped - min) / (max() - min) * (colours.size() - 1);
    int below = (int) Math.min(place, colours.size() - 2.0);
    Color from = colours.get(below);
    Color to = colours.get(below + 1);
    double share = place - below;
    return new Color(
        mix(from.getRed(), to.getRed(), share),
        mix(from.getGreen(), to.getGreen(), share),
        mix(from.getBlue(), to.getBlue(), share));
  }

  private static int mix(int from, int to, double share) {
    return (int) Math.round(from + share * (to - from));
  }
}
