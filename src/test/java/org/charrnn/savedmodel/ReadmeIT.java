package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells a Python user to type. */
class ReadmeIT {
  private static final Pattern PYTHON = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path directory;

  @Test
  void pythonExampleOpensTheModel() throws IOException {
    Python python = Python.get();
    Path run = directory.resolve("runs/lab-12-4");
    Exported.create(ExampleModel.LAB, 1, run);
    Matcher example = PYTHON.matcher(Files.readString(Path.of("README.md")));
    assertThat(example.find()).isTrue();
    Path script = directory.resolve("example.py");
    Files.writeString(
        script,
        """
        import os
        os.chdir(r"%s")
        %s
        print(logits.shape)
        """
            .formatted(directory, example.group(1)));
    Python.Result result = python.run(script);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("(1, 3, 25)"); // batch, time, classes
  }
}
