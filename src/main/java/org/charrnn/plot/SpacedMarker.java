package org.charrnn.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import org.knowm.xchart.style.markers.Marker;

/**
 * A marker drawn at evenly spaced points of a line, so that lines with thousands of points can be
 * distinguished without colour. Dashed lines do not work for this, since XChart restarts the dashes
 * at each point.
 */
final class SpacedMarker extends Marker {
  private static final int OUTLINE_WIDTH = 3; // of a hollow marker, in pixels

  private final Marker shape;
  private final boolean hollow;
  private final int points;
  private final int interval;
  private int calls;

  /**
   * @param shape the shape to draw
   * @param hollow whether only the outline is drawn
   * @param points the number of points of the line
   * @param maxMarkers the maximum number of markers on the line, at least 1
   */
  SpacedMarker(Marker shape, boolean hollow, int points, int maxMarkers) {
    this.shape = shape;
    this.hollow = hollow;
    this.points = points;
    this.interval = (points + maxMarkers - 1) / maxMarkers;
  }

  Marker shape() {
    return shape;
  }

  /** Called once for each point in order, then for the legend, where it always draws. */
  @Override
  public void paint(Graphics2D g, double x, double y, int size) {
    if (calls % interval == 0 || calls >= points) {
      shape.paint(g, x, y, size);
      if (hollow) {
        Color colour = g.getColor();
        g.setColor(Color.WHITE);
        shape.paint(g, x, y, size - OUTLINE_WIDTH);
        g.setColor(colour);
      }
    }
    calls++;
  }
}
