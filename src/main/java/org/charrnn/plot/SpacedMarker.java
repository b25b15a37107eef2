package org.charrnn.plot;

import java.awt.Graphics2D;
import org.knowm.xchart.style.markers.Marker;

/**
 * A marker at some points of a line, so that lines of a thousand points can be told apart without
 * their colours. (A dashed line cannot: XChart starts its dashes anew at each point.)
 */
final class SpacedMarker extends Marker {
  private final Marker shape;
  private final int points;
  private final int every;
  private int painted;

  /**
   * @param points of the line
   * @param most markers on it
   */
  SpacedMarker(Marker shape, int points, int most) {
    this.shape = shape;
    this.points = points;
    this.every = (points + most - 1) / most;
  }

  /** Is called for each point in turn, then for the legend. */
  @Override
  public void paint(Graphics2D g, double x, double y, int size) {
    if (painted % every == 0 || painted >= points) {
      shape.paint(g, x, y, size);
    }
    painted++;
  }
}
