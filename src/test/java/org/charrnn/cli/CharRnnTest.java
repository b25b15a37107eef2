package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The program without a command. */
class CharRnnTest {
  @Test
  void missingCommandIsRejected() {
    Run run = Run.of();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).containsExactly("charrnn: no command given; see charrnn --help");
  }

  @Test
  void unknownCommandIsRejected() {
    Run.of("trian", "--steps=1").assertRejected("'trian'");
  }

  @Test
  void helpListsCommands() {
    String help = String.join("\n", Run.of("--help").assertDone().out());
    assertThat(help).startsWith("Usage: charrnn").contains("Exit codes:");
    for (String command : CharRnn.commandLine().getSubcommands().keySet()) {
      assertThat(help).containsPattern("\n  " + command + " +[A-Z]");
    }
  }

  @Test
  void versionIsThatOfProject() {
    assertThat(Run.of("--version").assertDone().out())
        .singleElement()
        .asString()
        .matches("charrnn \\d+\\.\\d+.*");
  }
}
