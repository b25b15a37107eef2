package org.charrnn.train;

/** The text of the lab. */
public final class LabText {
  /** A saying attributed to Antoine de Saint-Exupery. */
  public static final String SENTENCE =
      "if you want to build a ship, don't drum up people together to collect wood and don't "
          + "assign them tasks and work, but rather teach them to long for the endless immensity "
          + "of the sea.";

  private LabText() {}
}
