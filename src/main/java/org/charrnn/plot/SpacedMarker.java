package org.charrnn.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import org.knowm.xchart.style.markers.Marker;

/**
 * A marker at some points of a line, so that lines of a thousand points can be told apart without
 * their colours. (A dashed line cannot: XChart starts its dashes anew at each point.)
 */
final class SpacedMarker extends Marker {
  private static final int EDGE = 3; // of a hollow marker, in pixels

  private final Marker shape;
  private final boolean hollow;
  private final int points;
  private final int every;
  private int painted;

  /**
   * @param points of the line
   * @param most markers on it
   */
  SpacedMarker(Marker shape, boolean hollow, int points, int most) {
    this.shape = shape;
    this.hollow = hollow;
    this.points = points;
    this.every = (points + most - 1) / most;
  }

  Marker shape() {
    return shape;
  }

  /** Is called for each point in turn, then for the legend. */
  @Override
  public void paint(Graphics2D g, double x, double y, int size) {
    if (painted % every == 0 || painted >= points) {
      shape.paint(g, x, y, size);
      if (hollow) {
        Color colour = g.getColor();
        g.setColor(Color.WHITE);
        shape.paint(g, x, y, size - EDGE);
        g.setColor(colour);
      }
    }
    painted++;
  }
}
