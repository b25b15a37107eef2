package org.charrnn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the picture of the packages in CONTRIBUTING.md true. */
class PackageDependencyTest {
  private static final String ROOT = "org.charrnn";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /**
   * Each package with the packages that it may use, from the bottom to the top. All may also use
   * the exceptions in the root package.
   */
  private static final Map<String, List<String>> MAY_USE =
      parse(
          """
          settings:
          engine:
          graph:
          checkpoint:
          text: settings
          text.batches: settings text
          text.files: settings text text.batches
          decoding: settings
          nn: graph
          nn.fused: nn
          nn.arrays:
          savedmodel: checkpoint graph
          model: checkpoint graph nn nn.arrays settings
          model.loss: checkpoint graph model nn nn.fused settings
          model.measure: graph model model.loss settings
          model.training: checkpoint graph model model.loss model.measure nn settings
          model.generation: checkpoint decoding graph model nn nn.arrays nn.fused settings text
          model.export: checkpoint graph model model.generation nn savedmodel text
          store.files:
          store.events: checkpoint store.files
          store: checkpoint model model.export settings store.events store.files text text.files
          train: checkpoint model model.loss model.training settings store text text.batches
          train.listeners: checkpoint decoding model model.generation store store.events text \
          text.batches train
          train.distributed: checkpoint engine model model.loss model.training settings text \
          text.batches train
          plot: store
          benchmark: decoding model model.generation model.loss model.measure model.training \
          settings text text.batches train
          bulk: checkpoint decoding engine model model.generation model.loss settings store text \
          train
          cli.options: engine model model.measure settings store text text.files train
          cli.limits: model model.measure settings store
          cli.minutes: cli.limits model model.loss model.measure settings store text train
          cli.training: checkpoint cli.limits cli.minutes cli.options engine model model.loss model.measure model.training \
          settings store store.events text text.batches text.files train train.distributed \
          train.listeners
          cli.sampling: cli.options decoding model.generation text train
          cli.evaluation: bulk cli.sampling cli.training engine model model.loss settings store text \
          text.batches text.files train
          cli: benchmark bulk cli.evaluation cli.limits cli.minutes cli.options cli.sampling cli.training decoding engine model \
          model.export model.generation model.loss model.measure plot settings store store.files text \
          text.files train train.listeners
          spark: engine
          """);

  private static Map<String, List<String>> parse(String table) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (String line : table.lines().toList()) {
      String[] parts = line.split(":", 2);
      rows.put(parts[0], parts[1].isBlank() ? List.of() : List.of(parts[1].strip().split(" +")));
    }
    return rows;
  }

  @Test
  void packagesUseOnlyThoseBelowThem() {
    LayeredArchitecture architecture = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String layer : MAY_USE.keySet()) {
      String pattern = ROOT + "." + layer;
      architecture =
          layer.equals("spark") // only in builds with -Pspark
              ? architecture.optionalLayer(layer).definedBy(pattern)
              : architecture.layer(layer).definedBy(pattern);
    }
    for (Map.Entry<String, List<String>> row : MAY_USE.entrySet()) {
      architecture =
          row.getValue().isEmpty()
              ? architecture.whereLayer(row.getKey()).mayNotAccessAnyLayer()
              : architecture
                  .whereLayer(row.getKey())
                  .mayOnlyAccessLayers(row.getValue().toArray(String[]::new));
    }
    architecture.check(CLASSES);
  }

  @Test
  void tableHasAllPackagesFromTheBottomToTheTop() {
    Set<String> packages =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.equals(ROOT))
            .map(name -> name.substring(ROOT.length() + 1))
            .collect(Collectors.toSet());
    packages.add("spark");
    assertThat(MAY_USE.keySet()).containsExactlyInAnyOrderElementsOf(packages);
    Set<String> below = new HashSet<>();
    MAY_USE.forEach(
        (name, used) -> {
          assertThat(below).as(name).containsAll(used);
          below.add(name);
        });
  }

  @Test
  void packagesAndSubpackagesHaveNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void rootPackageUsesNoOther() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(ROOT, "java..")
        .check(CLASSES);
  }

  @Test
  void textSettingsTrainingDecodingAndPlotsDoNotUseTensorFlow() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.charrnn.text..",
            "org.charrnn.settings..",
            "org.charrnn.train..",
            "org.charrnn.benchmark..",
            "org.charrnn.decoding..",
            "org.charrnn.plot..",
            "org.charrnn.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.tensorflow..")
        .check(CLASSES);
  }

  @Test
  void layersCanBeUsedAlone() {
    noClasses()
        .that()
        .resideInAnyPackage("org.charrnn.nn..", "org.charrnn.graph..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "org.charrnn.nn..", "org.charrnn.graph..", "org.tensorflow..", "com.google..", "java..")
        .check(CLASSES);
  }

  /** What is sent to other machines depends on neither the engine nor the network. */
  @Test
  void enginesDoNotUseTheWork() {
    noClasses()
        .that()
        .resideInAnyPackage("org.charrnn.engine..", "org.charrnn.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.charrnn.model..", "org.charrnn.train..", "org.charrnn.cli..")
        .check(CLASSES);
  }

  @Test
  void savedModelsCanBeWrittenByOtherPrograms() {
    noClasses()
        .that()
        .resideInAPackage("org.charrnn.savedmodel..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "org.charrnn.savedmodel..",
            "org.charrnn.graph..",
            "org.charrnn.checkpoint..",
            "org.tensorflow..",
            "com.google..",
            "java..")
        .check(CLASSES);
  }
}
