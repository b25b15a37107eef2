package org.charrnn.cli;

import java.io.PrintWriter;
import org.charrnn.model.OneDnn;
import org.charrnn.model.SessionSettings;
import org.tensorflow.TensorFlow;
import picocli.CommandLine.Option;

/** How TensorFlow runs on this machine, which does not change what comes out. */
final class SessionOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Operations that run at once (default: as many as there are cores; 1 in each of an"
              + " engine's tasks).")
  private Integer threads;

  @Option(
      names = "--verbose",
      description =
          "Tell on standard error how TensorFlow runs. Whether it uses oneDNN, the environment"
              + " decides: "
              + OneDnn.SWITCH
              + "=1 or 0 (default: as the CPU is).")
  private boolean verbose;

  /** The settings of what an engine runs: of its tasks, each has a core. */
  SessionSettings settings(EngineOptions engine) {
    return threads == null && !engine.isLocal() ? new SessionSettings(1) : settings();
  }

  /** The settings to run with here. */
  SessionSettings settings() {
    return threads == null ? SessionSettings.ofMachine() : new SessionSettings(threads);
  }

  /**
   * Tells how TensorFlow runs here, if that is wanted.
   *
   * @param what runs, such as a kernel
   */
  void tell(PrintWriter err, String what) {
    tell(err, settings(), what);
  }

  /** Tells how TensorFlow runs by some settings, if that is wanted. */
  void tell(PrintWriter err, SessionSettings settings, String what) {
    if (verbose) {
      String environment = System.getenv(OneDnn.SWITCH);
      err.println(
          "charrnn: TensorFlow %s, oneDNN %s (%s %s), %d operation%s at once; %s"
              .formatted(
                  TensorFlow.version(),
                  OneDnn.isOn() ? "on" : "off",
                  OneDnn.SWITCH,
                  environment == null ? "is not set" : "is " + environment,
                  settings.threads(),
                  settings.threads() == 1 ? "" : "s",
                  what));
      err.flush();
    }
  }
}
