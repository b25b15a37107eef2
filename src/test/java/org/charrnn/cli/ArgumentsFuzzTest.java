package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Any arguments: they are taken, or one message says why not. */
class ArgumentsFuzzTest {
  private static final CommandLine PROGRAM = CharRnn.commandLine(); // parses as if it were new

  @FuzzTest(maxDuration = "20s")
  void parse(FuzzedDataProvider data) {
    List<String> commands = new ArrayList<>(PROGRAM.getSubcommands().keySet());
    String command = data.pickValue(commands);
    List<String> options =
        PROGRAM.getSubcommands().get(command).getCommandSpec().options().stream()
            .map(OptionSpec::longestName)
            .toList();
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
    } catch (ParameterException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
