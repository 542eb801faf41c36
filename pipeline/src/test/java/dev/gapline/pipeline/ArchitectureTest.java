package dev.gapline.pipeline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which part may know of which: the boundaries that the design promises. */
final class ArchitectureTest {

  private static final JavaClasses GAPLINE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // What tests share comes as a jar of its own once modules are packaged.
          .withImportOption(location -> !location.contains("/dev/gapline/testing/"))
          .importPackages("dev.gapline");

  @Test
  void theSchemasNeedNothingButJava() {
    classes()
        .that()
        .resideInAPackage("dev.gapline.schemas..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "dev.gapline.schemas..")
        .check(GAPLINE);
  }

  @Test
  void providersClassifiersStatisticsAndPromptsKnowNoBeam() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.gapline.transforms.providers..",
            "dev.gapline.transforms.classifiers..",
            "dev.gapline.transforms.statistics..",
            "dev.gapline.transforms.prompts..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.beam..")
        .check(GAPLINE);
  }

  @Test
  void theyDoNotKnowTheTransformsEither() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.gapline.transforms.providers..",
            "dev.gapline.transforms.classifiers..",
            "dev.gapline.transforms.statistics..",
            "dev.gapline.transforms.prompts..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.gapline.transforms")
        .check(GAPLINE);
  }

  @Test
  void nobodyKnowsARunner() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.beam.runners..", "org.apache.flink..")
        .check(GAPLINE);
  }

  @Test
  void oneClassKnowsTheEncoderWhichMayNotBeThere() {
    noClasses()
        .that()
        .doNotHaveSimpleName("SentenceEncoder")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.langchain4j..", "ai.onnxruntime..", "ai.djl..")
        .check(GAPLINE);
  }

  @Test
  void theTransformsDoNotKnowThePipeline() {
    noClasses()
        .that()
        .resideInAPackage("dev.gapline.transforms..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.gapline.pipeline..")
        .check(GAPLINE);
  }

  @Test
  void thereIsNoFourthModule() {
    classes()
        .should()
        .resideInAnyPackage(
            "dev.gapline.schemas..", "dev.gapline.transforms..", "dev.gapline.pipeline..")
        .check(GAPLINE);
  }
}
