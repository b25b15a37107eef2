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
 * A text whose background colour shows a value for each character, such as the activation of one
 * hidden unit after reading it (Karpathy et al., arXiv:1506.02078, figure 2).
 */
public final class ColouredText {
  private static final Font FONT = new Font(Font.MONOSPACED, Font.PLAIN, 14);
  private static final int MARGIN = 8; // pixels
  private static final int MAX_LINE_LENGTH = 90; // characters
  private static final String VISIBLE_LINE_BREAK = "\u21b5";

  private ColouredText() {}

  /** A character, its position in the image, and its value. */
  private record Cell(int line, int column, String character, float value) {}

  /**
   * Draws a text. Lines longer than {@value #MAX_LINE_LENGTH} characters are wrapped.
   *
   * @param text the text, at least one character
   * @param values a value for each character (code point) of the text
   * @param scale the colours of the values
   * @throws IllegalArgumentException if the text is empty or the number of values differs from the
   *     number of characters
   */
  public static BufferedImage image(String text, float[] values, ColourScale scale) {
    int[] characters = text.codePoints().toArray();
    if (characters.length == 0 || characters.length != values.length) {
      throw new IllegalArgumentException(
          "expected a non-empty text and one value per character, got %d characters and %d values"
              .formatted(characters.length, values.length));
    }
    List<Cell> cells = layOut(characters, values);
    FontMetrics metrics = metrics();
    int cellWidth = metrics.charWidth('m');
    int cellHeight = metrics.getHeight();
    int columns = 1 + cells.stream().mapToInt(Cell::column).max().orElseThrow();
    int lines = 1 + cells.get(cells.size() - 1).line();
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
    for (Cell cell : cells) {
      int x = MARGIN + cell.column() * cellWidth;
      int y = MARGIN + cell.line() * cellHeight;
      g.setColor(scale.of(cell.value()));
      g.fillRect(x, y, cellWidth, cellHeight);
      g.setColor(Color.BLACK);
      g.drawString(cell.character(), x, y + metrics.getAscent());
    }
    g.dispose();
    return image;
  }

  private static List<Cell> layOut(int[] characters, float[] values) {
    List<Cell> cells = new ArrayList<>();
    int line = 0;
    int column = 0;
    for (int i = 0; i < characters.length; i++) {
      boolean isLineBreak = characters[i] == '\n';
      String visible = isLineBreak ? VISIBLE_LINE_BREAK : Character.toString(characters[i]);
      cells.add(new Cell(line, column++, visible, values[i]));
      if (isLineBreak || column == MAX_LINE_LENGTH) {
        line++;
        column = 0;
      }
    }
    return cells;
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
