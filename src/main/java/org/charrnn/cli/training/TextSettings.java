package org.charrnn.cli.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.charrnn.InputException;
import org.charrnn.settings.SettingException;
import org.charrnn.settings.SettingValues;
import org.charrnn.store.RunDirectory;
import org.charrnn.text.TextNormalization;
import org.charrnn.text.files.TextFormat;
import org.charrnn.text.files.TextInput;

/** How the text of a training is read. */
public final class TextSettings {
  private TextSettings() {}

  /**
   * Returns how to read the text.
   *
   * @param initial normalization of the model that the training starts from, if it has one
   * @throws SettingException if the user asked for another normalization than that model's
   */
  static TextFormat format(SettingValues given, Optional<TextNormalization> initial) {
    TextNormalization wanted = given.build(TextNormalization.class);
    initial.ifPresent(
        normalization -> {
          requireSame(given, "newlines", wanted.newlines(), normalization.newlines());
          requireSame(given, "normalize", wanted.normalize(), normalization.normalize());
        });
    return given.build(TextFormat.class, Map.of("normalization", initial.orElse(wanted)));
  }

  private static void requireSame(
      SettingValues given, String setting, Object wanted, Object ofModel) {
    if (given.isGiven(setting) && !wanted.equals(ofModel)) {
      throw new SettingException(
          setting,
          "is %s in the model that the training starts from, got %s".formatted(ofModel, wanted));
    }
  }

  /**
   * Returns the files of a run's text.
   *
   * @param advice what to do if they cannot be read
   * @throws InputException if one is missing, or cannot be read a second time
   */
  public static List<Path> files(RunDirectory run, String advice) {
    if (run.config().text().files().isEmpty()) { // the configuration is that of an exported model
      throw new InputException("the run does not have the names of its files; " + advice);
    }
    for (Path file : run.config().text().files().stream().map(Path::of).toList()) {
      if (TextInput.isStream(file)) {
        throw new InputException(
            "the text of the run came from %s, which can be read only once; %s"
                .formatted(
                    TextInput.isStandardInput(file) ? "standard input" : "the pipe " + file,
                    advice));
      }
    }
    try {
      return run.textFiles();
    } catch (InputException e) {
      throw new InputException(e.getMessage() + "; " + advice, e);
    }
  }
}
