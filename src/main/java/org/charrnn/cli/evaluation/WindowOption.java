package org.charrnn.cli.evaluation;

import org.charrnn.settings.SettingException;
import org.charrnn.train.EvaluationProtocol;
import picocli.CommandLine.Option;

/** How much of the text the model has read when it predicts a token. */
public final class WindowOption {
  @Option(
      names = "--window",
      paramLabel = "N",
      description =
          "Cut the text into windows of N characters or words and read each from a zero state, as"
              + " models with a context of N are measured. Every token but the first of the text is"
              + " predicted once, also those of the last, shorter window. At least 1 (default: no"
              + " windows; the state is carried on through the text).")
  private Integer window;

  /**
   * Returns how texts are read.
   *
   * @throws SettingException if the number is out of range
   */
  public EvaluationProtocol protocol() {
    return window == null ? EvaluationProtocol.CARRIED : EvaluationProtocol.windows(window);
  }
}
