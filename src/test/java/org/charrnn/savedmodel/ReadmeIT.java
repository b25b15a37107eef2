package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.charrnn.store.TrainedModel;
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
        print(text.numpy().decode(), logits.shape, step_logits.shape)
        again = tf.saved_model.load("models/mine")
        print(tf.reduce_all(again.logits(ids[None]) == m.logits(ids[None])).numpy())
        """
            .formatted(directory, example.group(1)));
    Python.Result result = python.run(script);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()) // batch, time, classes
        .matches("if you.{60} \\(1, 14, 25\\) \\(1, 25\\)\nTrue");
    assertThat(TrainedModel.open(directory.resolve("models/mine")).vocabulary().tokens())
        .isEqualTo(ExampleModel.LAB.vocabulary().tokens());
  }
}
