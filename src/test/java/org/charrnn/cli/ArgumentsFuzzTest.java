package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import org.charrnn.settings.SettingException;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Any arguments are accepted, or rejected with a message. */
class ArgumentsFuzzTest {
  private static final CommandLine PROGRAM = CharRnn.commandLine(); // each parse starts afresh

  @FuzzTest(maxDuration = "20s")
  void parse(FuzzedDataProvider data) {
    List<String> commands = new ArrayList<>(PROGRAM.getSubcommands().keySet());
    String command = data.pickValue(commands);
    CommandLine parser = PROGRAM.getSubcommands().get(command);
    List<String> options =
        parser.getCommandSpec().options().stream().map(OptionSpec::longestName).toList();
    List<String> args = new ArrayList<>(List.of(command));
    while (data.remainingBytes() > 0) {
      args.add(
          switch (data.consumeInt(0, 2)) {
            case 0 -> data.pickValue(options);
            case 1 -> data.pickValue(options) + "=" + data.consumeString(20);
            default -> data.consumeString(20);
          });
    }
    try {
      PROGRAM.parseArgs(args.toArray(String[]::new));
      if (parser.getCommand() instanceof SettingsCommand withSettings) {
        withSettings.settings().given(parser.getCommandSpec());
      }
    } catch (ParameterException | SettingException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
