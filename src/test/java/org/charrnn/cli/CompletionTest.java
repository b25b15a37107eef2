package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Completion of commands, options and values in bash. */
class CompletionTest {
  @TempDir private static Path directory;

  @BeforeAll
  static void generate() throws IOException {
    Run generated = Run.of("generate-completion").assertDone();
    Files.write(directory.resolve("completion"), generated.out());
  }

  @ParameterizedTest
  @CsvSource({
    "'tr', train",
    "'sample --pr', --probabilities --prime --prime-file --primes",
    "'train --cell ', lstm gru rnn",
    "'train --kernel ', ops fused auto",
    "'train --level ', char word",
    "'lab --kernel ', ops fused auto",
    "'lab --listing ', all summary none",
    "'train --precision ', float32 bfloat16 auto",
    "'train --malformed ', report replace",
    "'evaluate --malformed ', report replace",
    "'train --newlines ', lf keep",
    "'lab --normalize ', none nfc nfd",
    "'train --engine ', local spark",
    "'plot --unit ', nats bits",
    "'plot --x-axis ', steps epochs"
  })
  void wordIsCompleted(String typed, String completions) throws Exception {
    String script =
        """
        compopt() { :; }  # works only on the tab key
        source '%s'
        COMP_WORDS=(charrnn %s%s)
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _complete_charrnn
        echo "${COMPREPLY[*]}"
        """
            .formatted(directory.resolve("completion"), typed, typed.endsWith(" ") ? "''" : "");
    Process bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(out).isZero();
    assertThat(out.strip()).isEqualTo(completions);
  }
}
