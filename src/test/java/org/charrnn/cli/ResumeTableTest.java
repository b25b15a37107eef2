package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.charrnn.cli.options.SettingOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The guide's table of what {@code --resume} can change has every setting and tells the truth. */
class ResumeTableTest {
  private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)`");

  /** Returns whether each option of the table can be changed. */
  private static Map<String, Boolean> table() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("src/site/markdown/guide.md"));
    Map<String, Boolean> options = new HashMap<>();
    lines.stream()
        .dropWhile(line -> !line.startsWith("| options | can `--resume` change them?"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split(" \\| ", -1))
        .forEach(
            cells ->
                OPTION
                    .matcher(cells[0])
                    .results()
                    .forEach(
                        option ->
                            assertThat(options.put(option.group(1), cells[1].equals("yes")))
                                .as("%s is in the table twice", option.group(1))
                                .isNull()));
    return options;
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "lab"})
  void tableHasEverySetting(String command) throws IOException {
    CommandSpec spec = CharRnn.commandLine().getSubcommands().get(command).getCommandSpec();
    SettingOptions settings = ((SettingsCommand) spec.userObject()).settings();
    Map<String, Boolean> table = table();
    for (OptionSpec option : spec.options()) {
      if (option.group() != null) { // a setting
        String name = option.longestName();
        assertThat(table).containsEntry(name, settings.resumable().contains(name.substring(2)));
      }
    }
  }
}
