package org.charrnn.plot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.charrnn.InputException;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;

/** The kinds of files that a picture can be. */
public enum PictureFormat {
  PNG,
  SVG;

  /**
   * Returns the format that a file's name ends with.
   *
   * @throws InputException if it ends with none
   */
  public static PictureFormat of(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    for (PictureFormat format : values()) {
      if (name.endsWith("." + format.ending())) {
        return format;
      }
    }
    throw new InputException("--output must end with .png or .svg, got " + file);
  }

  private String ending() {
    return name().toLowerCase(Locale.ROOT);
  }

  byte[] encode(XYChart chart) throws IOException {
    return ChartEncoder.getBytes(chart, ending());
  }
}
