package org.charrnn.cli;

import org.tensorflow.TensorFlow;
import picocli.CommandLine.IVersionProvider;

/** Tells the versions of this program and of the TensorFlow it runs. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"charrnn " + charrnn() + " (TensorFlow " + TensorFlow.version() + ")"};
  }

  /** The version in the jar's manifest; classes outside a jar have none. */
  static String charrnn() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
