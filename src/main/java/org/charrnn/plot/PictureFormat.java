package org.charrnn.plot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.charrnn.InputException;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;

/** The file format of a plot. */
public enum PictureFormat {
  PNG,
  SVG;

  /**
   * Returns the format for a file name's extension, in upper or lower case.
   *
   * @throws InputException if the extension is neither .png nor .svg
   */
  public static PictureFormat of(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    for (PictureFormat format : values()) {
      if (name.endsWith("." + format.extension())) {
        return format;
      }
    }
    throw new InputException("the name of a plot file must end with .png or .svg, got " + file);
  }

  private String extension() {
    return name().toLowerCase(Locale.ROOT);
  }

  byte[] encode(XYChart chart) throws IOException {
    return ChartEncoder.getBytes(chart, extension());
  }
}
