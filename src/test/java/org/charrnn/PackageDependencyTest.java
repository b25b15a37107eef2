package org.charrnn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Keeps the picture of the packages in CONTRIBUTING.md true. */
class PackageDependencyTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.charrnn");

  @Test
  void packagesFollowThePicture() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("cli")
        .definedBy("org.charrnn.cli")
        .layer("train")
        .definedBy("org.charrnn.train")
        .layer("plot")
        .definedBy("org.charrnn.plot")
        .layer("benchmark")
        .definedBy("org.charrnn.benchmark")
        .layer("store")
        .definedBy("org.charrnn.store")
        .layer("model")
        .definedBy("org.charrnn.model")
        .layer("savedmodel")
        .definedBy("org.charrnn.savedmodel")
        .layer("nn")
        .definedBy("org.charrnn.nn")
        .layer("graph")
        .definedBy("org.charrnn.graph")
        .layer("checkpoint")
        .definedBy("org.charrnn.checkpoint")
        .layer("engine")
        .definedBy("org.charrnn.engine")
        .layer("bulk")
        .definedBy("org.charrnn.bulk")
        .layer("config")
        .definedBy("org.charrnn.config")
        .layer("text")
        .definedBy("org.charrnn.text")
        .layer("sample")
        .definedBy("org.charrnn.sample")
        .optionalLayer("spark") // in builds by -Pspark
        .definedBy("org.charrnn.spark")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("benchmark")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("train")
        .mayOnlyBeAccessedByLayers("cli", "benchmark", "bulk")
        .whereLayer("plot")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("store")
        .mayOnlyBeAccessedByLayers("cli", "train", "bulk", "plot")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("cli", "benchmark", "train", "bulk", "store")
        .whereLayer("bulk")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("cli", "train", "bulk", "spark")
        .whereLayer("spark")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("savedmodel")
        .mayOnlyBeAccessedByLayers("model")
        .whereLayer("nn")
        .mayOnlyBeAccessedByLayers("model")
        .whereLayer("graph")
        .mayOnlyBeAccessedByLayers("model", "savedmodel", "nn")
        .whereLayer("checkpoint")
        .mayOnlyBeAccessedByLayers("train", "bulk", "store", "model", "savedmodel")
        .whereLayer("config")
        .mayOnlyBeAccessedByLayers("cli", "train", "store")
        .whereLayer("text")
        .mayOnlyBeAccessedByLayers("cli", "benchmark", "train", "bulk", "store", "model", "config")
        .whereLayer("sample")
        .mayOnlyBeAccessedByLayers("cli", "benchmark", "train", "bulk", "model")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.charrnn.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void textTrainingSamplingAndPicturesKnowNothingOfTensorFlow() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.charrnn.text",
            "org.charrnn.train",
            "org.charrnn.benchmark",
            "org.charrnn.sample",
            "org.charrnn.plot",
            "org.charrnn.engine")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.tensorflow..")
        .check(CLASSES);
  }

  @Test
  void theLibraryCanBeUsedAlone() {
    noClasses()
        .that()
        .resideInAnyPackage("org.charrnn.nn", "org.charrnn.graph")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "org.charrnn.nn", "org.charrnn.graph", "org.tensorflow..", "com.google..", "java..")
        .check(CLASSES);
  }

  /** What is sent to other machines hangs on neither the engine nor the network. */
  @Test
  void enginesKnowNothingOfTheWork() {
    noClasses()
        .that()
        .resideInAnyPackage("org.charrnn.engine", "org.charrnn.spark")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.charrnn.model..", "org.charrnn.train..", "org.charrnn.cli..")
        .check(CLASSES);
  }

  @Test
  void savedModelsCanBeWrittenByOthers() {
    noClasses()
        .that()
        .resideInAPackage("org.charrnn.savedmodel")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "org.charrnn.savedmodel",
            "org.charrnn.graph",
            "org.charrnn.checkpoint",
            "org.tensorflow..",
            "com.google..",
            "java..")
        .check(CLASSES);
  }
}
