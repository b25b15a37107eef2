package org.charrnn.settings;

/**
 * The value of a setting is not allowed. The message starts with the name of the setting; the
 * command line turns it into the option.
 */
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String setting;
  private final String problem;

  /**
   * @param setting its name, without dashes
   * @param problem what was expected and what was given, such as {@code must be at least 1, got 0}
   */
  public SettingException(String setting, String problem) {
    super(setting + " " + problem);
    this.setting = setting;
    this.problem = problem;
  }

  /** The name of the setting, without dashes. */
  public String setting() {
    return setting;
  }

  /** What was expected and what was given. */
  public String problem() {
    return problem;
  }
}
