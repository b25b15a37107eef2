package org.charrnn.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A text on a background that tells a number for each of its characters, such as what one cell of a
 * network holds after reading it (Karpathy et al., arXiv:1506.02078, figure 2).
 */
public final class ColouredText {
  private static final Font FONT = new Font(Font.MONOSPACED, Font.PLAIN, 14);
  private static final int MARGIN = 8; // pixels
  private static final int LONGEST_LINE = 90; // characters
  private static final String LINE_END = "\u21b5"; // what is drawn for a line break

  private ColouredText() {}

  /** A character and where it goes. */
  private record Place(int line, int column, String character, float value) {}

  /**
   * Draws a text; lines longer than {@value #LONGEST_LINE} characters are broken.
   *
   * @param values a number for each character (code point) of the text
   */
  public static BufferedImage image(String text, float[] values, ColourScale scale) {
    int[] characters = text.codePoints().toArray();
    if (characters.length == 0 || characters.length != values.length) {
      throw new IllegalArgumentException(
          "%d numbers for %d characters".formatted(values.length, characters.length));
    }
    List<Place> places = places(characters, values);
    FontMetrics metrics = metrics();
    int cellWidth = metrics.charWidth('m');
    int cellHeight = metrics.getHeight();
    int columns = 1 + places.stream().mapToInt(Place::column).max().orElseThrow();
    int lines = 1 + places.get(places.size() - 1).line();
    BufferedImage image =
        new BufferedImage(
            2 * MARGIN + columns * cellWidth,
            2 * MARGIN + lines * cellHeight,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setFont(FONT);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    for (Place place : places) {
      int x = MARGIN + place.column() * cellWidth;
      int y = MARGIN + place.line() * cellHeight;
      g.setColor(scale.of(place.value()));
      g.fillRect(x, y, cellWidth, cellHeight);
      g.setColor(Color.BLACK);
      g.drawString(place.character(), x, y + metrics.getAscent());
    }
    g.dispose();
    return image;
  }

  private static List<Place> places(int[] characters, float[] values) {
    List<Place> places = new ArrayList<>();
    int line = 0;
    int column = 0;
    for (int i = 0; i < characters.length; i++) {
      boolean ends = characters[i] == '\n';
      String shown = ends ? LINE_END : Character.toString(characters[i]);
      places.add(new Place(line, column++, shown, values[i]));
      if (ends || column == LONGEST_LINE) {
        line++;
        column = 0;
      }
    }
    return places;
  }

  private static FontMetrics metrics() {
    Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      return g.getFontMetrics(FONT);
    } finally {
      g.dispose();
    }
  }
}
