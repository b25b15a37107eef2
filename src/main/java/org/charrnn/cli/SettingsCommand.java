package org.charrnn.cli;

import org.charrnn.cli.options.SettingOptions;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/** A command with options that are settings. */
interface SettingsCommand {
  /** The settings. */
  SettingOptions settings();

  /** Adds the options of the settings to the command. */
  final class Transformer implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      return ((SettingsCommand) command.userObject()).settings().addTo(command);
    }
  }
}
