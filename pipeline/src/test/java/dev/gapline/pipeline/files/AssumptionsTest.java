package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Temperature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Assumptions are read as they were written, and what is no assumption is refused by its line. */
final class AssumptionsTest {

  private static final String FILE =
      """
      pilot:
        study: tiers
        seed: 7
        samples: 4
        queries: {animal-welfare: [aw001, aw002]}
      models:
        - model: openai/small
          scenario: animal-welfare
          temperature: 0.7
          conditions: {free: {trials: 8, missing: 0.25, truncated: 0.125}, paid: {missing: 0}}
          use: {calls: 1.5, prompt_tokens: 600, completion_tokens: 240, usd: 0.001}
          gaps:
            - {measure: compliance, contrast: free - paid, p_treatment: 0.14, p_control: 0.03, icc: 0.5, sd_tier: 0.08, queries: 2}
            - {measure: af_mean, contrast: free - paid, p_treatment: 0, p_control: 0, icc: null, sd_tier: 0}
        - model: openai/small
          gaps: [{contrast: free - paid, p_treatment: 0.2, p_control: 0.1, icc: 0.4, sd_tier: 0.05}]
      """;

  @Test
  void whatIsWrittenIsReadBack() {
    Assumptions read = read(FILE);
    assertEquals(read, read(AssumptionsYaml.write(read)));
    assertEquals(
        AssumptionsYaml.write(read), AssumptionsYaml.write(read(AssumptionsYaml.write(read))));
    List<String> many = IntStream.range(0, 30_000).mapToObj("%05d"::formatted).toList();
    Assumptions large =
        new Assumptions(
            new Assumptions.Pilot(
                "true", -1, 2, new TreeMap<>(Map.of("animal-welfare", new ArrayList<>(many)))),
            read.models());
    assertEquals(large, read(AssumptionsYaml.write(large)));
  }

  @Test
  void theFirstEntryThatFitsHolds() {
    Assumptions read = read(FILE);
    Contrast tiers = new Contrast("free", "paid");
    Assumptions.OfModel own =
        read.of("openai/small", "animal-welfare", Temperature.of("0.7")).orElseThrow();
    assertEquals(
        0.14,
        own.gap(Measure.COMPLIANCE, tiers).orElseThrow().planned().orElseThrow().rateTreatment());
    assertEquals(0.25, own.missing(tiers));
    assertTrue(own.gap(Measure.AF_MEAN, tiers).orElseThrow().planned().isEmpty());
    assertTrue(own.gap(Measure.REFUSAL, tiers).isEmpty());
    Assumptions.OfModel any =
        read.of("openai/small", "another", Temperature.of("0.7")).orElseThrow();
    assertEquals(0.2, any.gap(Measure.COMPLIANCE, tiers).orElseThrow().rateTreatment());
    assertEquals(0, any.missing(tiers));
    assertTrue(read.of("openai/other", "animal-welfare", Temperature.of("0.7")).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsRefusedByItsLine(String from, String to, String message) {
    assertTrue(FILE.contains(from), from);
    InvalidInput refused =
        assertThrows(InvalidInput.class, () -> read(FILE.replaceFirst(Pattern.quote(from), to)));
    assertEquals("assumptions.yaml:" + message, refused.getMessage());
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(
            "icc: 0.5",
            "icc: 1.5",
            "13: models.gaps.icc: 1.5 is not a share. A number from 0 to 1 is valid."),
        arguments(
            "icc: 0.5, ",
            "",
            "13: models.gaps.icc: nothing is given. A number from 0 to 1, or null, is valid."),
        arguments(
            "p_treatment: 0.14",
            "p_treatment: many",
            "13: models.gaps.p_treatment: \"many\" is not a share. A number from 0 to 1 is valid."),
        arguments(
            "sd_tier: 0.08",
            "sd_teir: 0.08",
            "13: models.gaps.sd_teir: \"sd_teir\" is not a key of a gap. Did you mean \"sd_tier\"? Valid are"
                + " measure, contrast, p_treatment, p_control, icc, sd_tier, queries."),
        arguments(
            "contrast: free - paid, p_treatment: 0.14",
            "contrast: free, p_treatment: 0.14",
            "13: models.gaps.contrast: \"free\" is not a contrast. A pair of conditions, such as free - paid,"
                + " is valid."),
        arguments(
            "measure: compliance",
            "measure: complience",
            "13: models.gaps.measure: \"complience\" is not a measure. Did you mean \"compliance\"? Valid:"
                + " compliance, refusal, partial, af_partial, af_full, af_mean, considers_af, af_votes, thinks_conflict, aware_training, thinks_fake, eval_aware, anti_lab, training_signal, endorses_value, recognised_study."),
        arguments(
            "measure: af_mean",
            "measure: compliance",
            "14: models.gaps: compliance of free - paid is given twice. Each once is valid."),
        arguments(
            "missing: 0.25",
            "missing: -1",
            "10: models.conditions.missing: -1 is not a share. A number from 0 to 1 is valid."),
        arguments(
            "temperature: 0.7",
            "temperature: hot",
            "9: models.temperature: \"hot\" is not a temperature. A number from 0 to 2 is valid."),
        arguments(
            "model: openai/small",
            "model: small",
            "7: models.model: \"small\" is not a model. provider/name, such as openai/gpt-4o, is valid."),
        arguments(
            "    scenario: animal-welfare\n    temperature: 0.7\n",
            "",
            "13: models: openai/small is given twice for the same scenario and temperature. Each"
                + " once is valid."),
        arguments(
            "aw002]",
            "aw001]",
            "5: pilot.queries: \"aw001\" is given twice. Each value once is valid."),
        arguments(
            "seed: 7",
            "seed: 7.5",
            "3: pilot.seed: 7.5 is not a seed. A whole number from"
                + " -9223372036854775808 to 9223372036854775807 is valid."),
        arguments(
            "usd: 0.001",
            "usd: free",
            "11: models.use.usd: \"free\" is not a price. A number of dollars, 0 or more, is valid."));
  }

  @Test
  void aFileOfNothingIsRefused() {
    assertEquals(
        "assumptions.yaml:1: yaml: nothing is given. The keys of a file of assumptions are valid.",
        assertThrows(InvalidInput.class, () -> read("")).getMessage());
    assertTrue(
        assertThrows(InvalidInput.class, () -> read("models: []\n"))
            .getMessage()
            .startsWith("assumptions.yaml:1: models: the list is empty."));
  }

  private static Assumptions read(String text) {
    return AssumptionsReader.read(new SourceText("assumptions.yaml", text));
  }
}
