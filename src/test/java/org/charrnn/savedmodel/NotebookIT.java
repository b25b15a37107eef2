package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notebook in Python, cell by cell, on the lab trained in Java. */
class NotebookIT {
  private static final Path NOTEBOOK = Path.of("notebooks/python-loads-it.ipynb");

  @TempDir private Path directory;

  @Test
  void everyCellRuns() throws IOException {
    Python python = Python.get();
    Exported.create(ExampleModel.LAB, 500, directory.resolve("runs/lab-12-4"));
    Path script = directory.resolve("cells.py");
    Files.writeString(
        script,
        """
        import json, os, sys
        with open(sys.argv[1], encoding="utf-8") as file:
            cells = json.load(file)["cells"]
        os.makedirs(r"%1$s/notebooks")
        os.chdir(r"%1$s/notebooks")
        for cell in cells:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), globals())
        """
            .formatted(directory));
    Python.Result result = python.run(script, NOTEBOOK.toAbsolutePath());
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel:0 (50, 100) trainable")
        .contains("the same logits: True");
  }

  @Test
  void outputsAreThereAndTellNothingOfTheMachine() throws IOException {
    String notebook = Files.readString(NOTEBOOK);
    assertThat(notebook).contains("the same logits: True");
    assertThat(notebook).doesNotContainPattern("/(tmp|home|root|Users)/");
  }
}
