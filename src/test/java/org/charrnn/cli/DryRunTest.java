package org.charrnn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.charrnn.cli.CommandExamples.plus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.charrnn.model.measure.MemoryEstimate;
import org.charrnn.settings.BatchShape;
import org.charrnn.store.RunConfig;
import org.charrnn.store.RunDirectory;
import org.charrnn.train.LabText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --dry-run} prints what a real run then does, and writes nothing. */
class DryRunTest {
  /** Names of settings that differ from the keys of {@code config.json}. */
  private static final Map<String, String> NAMES_BY_KEY =
      Map.of("hidden_size", "hidden", "embedding_size", "embedding", "kind", "kernel");

  @TempDir Path directory;
  private Path text;
  private Path run;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LabText.SENTENCE.repeat(8));
    run = directory.resolve("run");
  }

  private List<String> args(String options) {
    List<String> args =
        new ArrayList<>(List.of(options.replace("TEXT", text.toString()).split(" ", -1)));
    args.add("--run=" + run);
    return args;
  }

  /** Returns the rows of a dry run, which must change no file. */
  private Map<String, String> dryRun(List<String> args) throws IOException {
    Map<String, String> before = contents();
    Run dry = Run.of(plus(args, "--dry-run")).assertDone();
    assertThat(dry.err()).isEmpty();
    assertThat(contents()).isEqualTo(before);
    Map<String, String> rows = new LinkedHashMap<>();
    for (String line : dry.out()) {
      String[] row = line.split(" {2,}", 2);
      assertThat(rows.put(row[0], row[1])).as("row %s is printed once", row[0]).isNull();
    }
    return rows;
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.toList()) {
        contents.put(
            path.toString(),
            Files.isDirectory(path) ? "" : HexFormat.of().formatHex(Files.readAllBytes(path)));
      }
    }
    return contents;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lab --steps=3 --listing=none",
        "lab --steps=2 --listing=none --text=TEXT --hidden=5 --layers=1 --kernel=fused --seed=-1",
        "train --data=TEXT --hidden=5 --batch-size=8 --sequence-length=10 --epochs=2 --clip=0",
        "train --data=TEXT --hidden=5 --batch-size=8 --sequence-length=10 --steps=3 --cell=gru"
            + " --embedding=4 --slices=3 --learning-rate=1e-5 --validation=0.2",
        "train --data=TEXT --level=word --hidden=5 --batch-size=4 --sequence-length=10 --steps=1"
            + " --vocabulary-size=20 --validation=0.1 --kernel=ops"
      })
  void rowsEqualRealRun(String options) throws IOException {
    Map<String, String> rows = dryRun(args(options));
    Run.of(args(options)).assertDone();

    RunConfig config = RunDirectory.open(run).config();
    for (JsonNode section : sections(run)) {
      section.properties().forEach(setting -> assertSameValue(rows, setting));
    }
    assertThat(rows.keySet())
        .contains("steps", "parameters", "memory", "tokens", "vocabulary", "threads", "seed");
    assertThat(run.resolve("checkpoints/step-" + rows.get("steps"))).isDirectory();
    assertThat(rows.get("parameters")).isEqualTo(inspect("parameters"));
    assertThat(rows.get("vocabulary")).isEqualTo(inspect("vocabulary"));
    assertThat(rows.get("tokens") + " tokens").isEqualTo(inspect("text"));
    BatchShape batch = config.training().batch();
    BatchShape slice =
        new BatchShape(config.slicing().maxRows(batch.batchSize()), batch.sequenceLength());
    double bytes = MemoryEstimate.bytes(config.model(), slice, config.kernel());
    assertThat(rows.get("memory"))
        .isEqualTo(String.format(Locale.ROOT, "%,.0f MB (estimate)", bytes / 1e6));
  }

  private static List<JsonNode> sections(Path run) throws IOException {
    JsonNode json = new ObjectMapper().readTree(run.resolve("config.json").toFile());
    return Stream.of("model", "training", "kernel", "slicing").map(json::get).toList();
  }

  /** The lab does not have all settings. */
  private static void assertSameValue(
      Map<String, String> rows, Map.Entry<String, JsonNode> setting) {
    String name = NAMES_BY_KEY.getOrDefault(setting.getKey(), setting.getKey().replace('_', '-'));
    JsonNode value = setting.getValue();
    if (name.equals("classes")) {
      assertThat(rows.get("vocabulary")).isEqualTo(value.asText());
    } else if (rows.containsKey(name)) {
      if (value.isNumber()) {
        assertThat(Double.parseDouble(rows.get(name))).as(name).isEqualTo(value.asDouble());
      } else {
        assertThat(rows.get(name)).as(name).isEqualTo(value.isNull() ? "0" : value.asText());
      }
    } else {
      assertThat(rows).as("only the lab has no %s", name).doesNotContainKey("batch-size");
    }
  }

  private String inspect(String name) {
    return Run.of("inspect", run).assertDone().out().stream()
        .map(String::strip)
        .filter(row -> row.startsWith(name + " "))
        .map(row -> row.substring(name.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void dryRunInExistingRunLeavesItAlone() throws IOException {
    Run.of(args("lab --steps=2 --listing=none")).assertDone();
    assertThat(dryRun(args("lab --steps=9"))).containsEntry("steps", "9");
    assertThat(dryRun(args("train --data=TEXT --batch-size=8 --sequence-length=10 --steps=4")))
        .containsEntry("steps", "4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lab --steps=2 --listing=none --hidden=5",
        "train --data=TEXT --hidden=5 --batch-size=8 --sequence-length=10 --steps=2"
      })
  void dryRunOfResumePrintsSettingsOfRun(String options) throws IOException {
    Map<String, String> rows = dryRun(args(options));
    Run.of(args(options)).assertDone();
    List<String> resume = List.of(options.substring(0, options.indexOf(' ')), "--resume=" + run);
    rows.keySet().removeAll(List.of("min-count", "vocabulary-size")); // the vocabulary is saved
    assertThat(dryRun(resume)).isEqualTo(rows);
    rows.put("steps", "5");
    assertThat(dryRun(plus(resume, "--steps=5"))).isEqualTo(rows);
    Run.of(plus(resume, "--steps=5")).assertDone();
    assertThat(run.resolve("checkpoints/step-5")).isDirectory();
    Run.of(plus(resume, "--steps=4", "--dry-run")).assertRejected("has already done 5 steps");
  }

  @Test
  void dryRunRejectsWhatRealRunWouldReject() throws IOException {
    Map<String, String> before = contents();
    String train = "train --data=TEXT --batch-size=8 --sequence-length=10 --dry-run ";
    Run.of(args(train + "--hidden=0")).assertRejected("--hidden must be");
    Run.of(args(train + "--init-from=nothing")).assertRejected("nothing");
    Run.of(args(train + "--shards=9")).assertRejected("--shards must be at most");
    Run.of(args("train --dry-run --hidden=3 --data=TEXT --batch-size=9999"))
        .assertRejected("the training text has");
    Run.of(args("lab --dry-run --init-from=nothing")).assertRejected("nothing");
    Run.of("train", "--dry-run", "--resume", run).assertRejected(run.toString());
    assertThat(contents()).isEqualTo(before);
  }
}
