package org.charrnn.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.charrnn.checkpoint.VariableValue;
import org.charrnn.store.TrainedModel;
import org.charrnn.testing.ExampleModel;
import org.charrnn.testing.Python;
import org.charrnn.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the README's examples in Python and in Java. */
class ReadmeIT {
  private static final Path CHECK = Path.of("src/test/python/check_readme.py");

  @TempDir private Path directory;

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("README.md")))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** Checks the result of each line: {@code src/test/python/check_readme.py}. */
  @ParameterizedTest
  @EnumSource(Python.Version.class)
  void pythonLoadsFineTunesAndSavesTheModel(Python.Version version) throws IOException {
    Python python = Python.get(version);
    Exported lab = Exported.create(ExampleModel.LAB, 100, directory.resolve("runs/lab-12-4"));
    Vocabulary vocabulary = ExampleModel.LAB.vocabulary();
    int[] ids = vocabulary.encode("if you want to");
    Map<String, Object> expected =
        Map.of(
            "ids", ids,
            "logits", lab.logits(new int[][] {ids}),
            "tokens", vocabulary.tokens());
    new ObjectMapper().writeValue(directory.resolve("expected.json").toFile(), expected);
    List<String> examples = blocks("python");
    assertThat(examples).hasSize(2);
    Path example = Files.writeString(directory.resolve("example.py"), String.join("\n", examples));
    Python.Result result = python.run(CHECK, directory, example);
    assertThat(result.exitCode()).as(result.err()).isZero();
    Path mine = directory.resolve("models/mine");
    List<VariableValue> weights =
        TrainedModel.open(mine).weights(ExampleModel.LAB.config().weightShapes());
    Exported tuned = new Exported(ExampleModel.LAB, weights, mine);
    tuned.assertSameLogits(mine);
    tuned.assertSameTexts(mine);
  }

  /** Learns the next value of a sine from 20 values. */
  @Test
  void javaLearnsATimeSeries() throws Exception {
    List<String> examples = blocks("java");
    assertThat(examples).hasSize(1);
    Path source = directory.resolve("Example.java");
    Files.writeString(
        source,
        """
        import java.util.List;
        import org.charrnn.nn.*;
        import org.tensorflow.*;
        import org.tensorflow.op.*;
        import org.tensorflow.types.TFloat32;

        public class Example {
          public static float lossAfter(int steps, float[][][] series, float[][] next) {
            int batch = series.length, time = series[0].length, features = series[0][0].length;
            try (Graph graph = new Graph(); Session session = new Session(graph)) {
              %s
              session.initialize();
              for (int step = 0; step < steps; step++) {
                session.runner().addTarget(train).run().close();
              }
              try (Result result = session.runner().fetch(loss).run()) {
                return ((TFloat32) result.get(0)).getFloat();
              }
            }
          }
        }
        """
            .formatted(examples.get(0)));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath = System.getProperty("java.class.path");
    int exitCode =
        compiler.run(
            null, null, null, "-d", directory.toString(), "-cp", classPath, source.toString());
    assertThat(exitCode).isZero();

    float[][][] series = new float[50][20][1];
    float[][] next = new float[50][1];
    for (int row = 0; row < 50; row++) {
      for (int t = 0; t < 20; t++) {
        series[row][t][0] = (float) Math.sin(0.3 * (row + t));
      }
      next[row][0] = (float) Math.sin(0.3 * (row + 20));
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
      Method lossAfter =
          loader
              .loadClass("Example")
              .getMethod("lossAfter", int.class, float[][][].class, float[][].class);
      // The mean squared error of the best prediction from the last value is sin(0.3)^2 / 2 =
      // 0.0437.
      assertThat((float) lossAfter.invoke(null, 200, series, next)).isLessThan(0.01f * 0.0437f);
    }
  }
}
