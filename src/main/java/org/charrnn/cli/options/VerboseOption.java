package org.charrnn.cli.options;

import java.io.PrintWriter;
import org.charrnn.model.SessionSettings;
import org.charrnn.model.measure.OneDnn;
import org.charrnn.settings.SettingValues;
import org.tensorflow.TensorFlow;
import picocli.CommandLine.Option;

/** Prints how TensorFlow runs. */
public final class VerboseOption {
  @Option(
      names = "--verbose",
      description =
          "Print to standard error how TensorFlow runs. The environment variable "
              + OneDnn.SWITCH
              + " turns oneDNN on (1) or off (0).")
  private boolean verbose;

  /** Returns the session settings for this process. */
  public static SessionSettings session(SettingValues given) {
    return session(given, Runtime.getRuntime().availableProcessors());
  }

  /** Returns the session settings for an engine's tasks, which have a core each. */
  public static SessionSettings session(SettingValues given, EngineOptions engine) {
    return engine.isLocal() ? session(given) : session(given, 1);
  }

  private static SessionSettings session(SettingValues given, int defaultThreads) {
    return given.derive("threads", defaultThreads).build(SessionSettings.class);
  }

  /**
   * Prints how TensorFlow runs, if that was asked for.
   *
   * @param work what runs, such as the kernel
   */
  public void print(PrintWriter err, SessionSettings settings, String work) {
    if (verbose) {
      String environment = System.getenv(OneDnn.SWITCH);
      err.println(
          "charrnn: TensorFlow %s, oneDNN %s (%s %s), %d operation%s in parallel; %s"
              .formatted(
                  TensorFlow.version(),
                  OneDnn.isOn() ? "on" : "off",
                  OneDnn.SWITCH,
                  environment == null ? "is not set" : "is " + environment,
                  settings.threads(),
                  settings.threads() == 1 ? "" : "s",
                  work));
      err.flush();
    }
  }
}
