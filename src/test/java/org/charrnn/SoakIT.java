package org.charrnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.Test;

/**
 * Kills the packaged program once in each scenario; {@code scripts/soak.sh} kills it many times.
 */
class SoakIT {
  @Test
  void killsLoseNothing() throws IOException {
    Python.Result soak = Python.get().run(Path.of("scripts/soak.py"), "--quick", "--seed", 1);
    assertThat(soak.exitCode()).as("%s", soak).isZero();
    assertThat(soak.out()).endsWith("soak: nothing was lost in 11 kills");
  }
}
