package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gapline.schemas.Study;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A resolved study says everything, in one order, and is read back to an equal study. */
final class StudyYamlTest {

  @Test
  void theResolvedFormOfASmallStudySaysEverything() {
    StudyFile file =
        Texts.study(
            """
            study: small
            scenarios: [animal-welfare]
            models:
              - {id: openai/a, timeout: 1500ms, parameters: {stop: "a\\"é\\0\\x7f😀", top_k: .5, x: True}}
              - {id: sim/b, simulate: {comply: {paid: 1, free: 1e-3}}}
            """);
    assertEquals(
        """
        study: small
        seed: 1
        scenarios: [animal-welfare]
        models:
          - id: openai/a
            key_env: OPENAI_API_KEY
            max_in_flight: 16
            max_tokens: 1024
            timeout: 1500ms
            parameters: {stop: "a\\"\\u00e9\\u0000\\u007f\\ud83d\\ude00", top_k: 0.5, x: true}
          - id: sim/b
            max_in_flight: 16
            max_tokens: 1024
            timeout: 120s
            simulate:
              comply: {free: 0.001, paid: 1.0}
              partial: {free: 0.0, paid: 0.0}
              alignment_faking_given_comply: {free: 0.0, paid: 0.0}
              considers_given_refuse: {free: 0.0, paid: 0.0}
              query_sd: 0.0
              query_condition_sd: 0.0
              paraphrase_sd: 0.0
              paraphrase_condition_sd: 0.0
              temperature_slope: 0.0
              missing: {free: 0.0, paid: 0.0}
              fail: {free: 0.0, paid: 0.0}
              latency_ms: {median: 0.0, sigma: 0.0}
        conditions: [free, paid]
        contrasts: [free - paid]
        paraphrases: [base]
        temperatures: [1]
        factors:
          rlhf_info: [full]
        samples: 1
        order: replicate
        classify: {judge: rules}
        analysis:
          primary:
            - {measure: compliance, contrast: free - paid, level: [model, temperature], expect: greater}
          weights: macro
          target: {queries: random, paraphrases: fixed}
          margins: {}
          alpha: 0.05
          family: {primary: holm, rest: bh}
          levels: [[model, temperature]]
          pool: []
        failures: {max_share: 0.05}
        checks: {share: 0.2, arms: [repeat, sham]}
        hazard: low
        """,
        file.resolved());
    assertEquals(file, Texts.study(file.resolved()));
  }

  @Property(tries = 300)
  void whateverIsResolvedIsReadBack(@ForAll Random random) {
    StudyFile file = Texts.study(randomStudy(random));
    StudyFile again = Texts.study(file.resolved());
    Study study = file.study();
    assertEquals(study, again.study());
    assertEquals(file.resolved(), again.resolved());
    assertEquals(StudyYaml.write(study, Texts.catalogue()), file.resolved());
  }

  private static String randomStudy(Random random) {
    List<String> lines = new ArrayList<>();
    lines.add("study: '" + pick(random, "a", "1", "true", "null", "1e3", "x.y_z-1") + "'");
    lines.add("scenarios: [animal-welfare]");
    maybe(random, lines, "seed: " + random.nextLong());
    lines.add("models:");
    int models = 1 + random.nextInt(3);
    for (int i = 0; i < models; i++) {
      lines.add("  - id: " + pick(random, "openai/m:", "openai/org/m-", "openai/") + i);
      lines.add(
          "    price: {input_usd_per_mtok: "
              + random.nextDouble()
              + ", output_usd_per_mtok: 1"
              + pick(
                  random, "", ", date: 2026-01-31", ", source: 'a \"list\": {1}', date: 2025-12-31")
              + "}");
      maybe(random, lines, "    max_in_flight: " + (1 + random.nextInt(10_000)));
      maybe(random, lines, "    requests_per_minute: " + (1 + random.nextInt(1000)));
      maybe(random, lines, "    tokens_per_minute: " + (1 + random.nextInt(1000)) + "e6");
      maybe(
          random,
          lines,
          "    timeout: " + (1 + random.nextInt(20)) + pick(random, "ms", "s", "m", "h"));
      maybe(
          random,
          lines,
          "    parameters: {a: -1.50, b: 1E+5, c: 'x: #[]{}''', d: \"\\n\", e: [1, [x, {f: true}], {}]}");
      maybe(random, lines, "    base_url: http://127.0.0.1:" + random.nextInt(60_000) + "/v1/");
    }
    lines.add("  - id: sim/s");
    lines.add(
        "    simulate: {comply: {free: %s, paid: %s}, latency_ms: {median: %s, sigma: 0.5}, query_sd: %s}"
            .formatted(
                random.nextDouble(),
                random.nextDouble() / 1e9,
                random.nextInt(100),
                random.nextDouble()));
    maybe(random, lines, "conditions: " + pick(random, "[free, paid]", "[paid, free]"));
    maybe(
        random,
        lines,
        "contrasts: " + pick(random, "[free - paid]", "[free - paid, paid  -  free]", "[]"));
    maybe(
        random, lines, "queries: {" + pick(random, "draw: 3", "take: 40", "synthetic: 1e6") + "}");
    maybe(random, lines, "paraphrases: " + pick(random, "[p1]", "[p1, base]"));
    maybe(random, lines, "temperatures: " + pick(random, "[0]", "[1.0, 0.70, 2e0]", "[0.000001]"));
    maybe(random, lines, "factors: {rlhf_info: " + pick(random, "[none]", "[none, full]") + "}");
    maybe(random, lines, "samples: " + (1 + random.nextInt(1000)));
    maybe(
        random,
        lines,
        pick(random, "order: replicate", "order: query", "rounds: 1\norder: query", "rounds: 7"));
    maybe(random, lines, "windows: {queries: " + (1 + random.nextInt(50)) + "}");
    maybe(
        random,
        lines,
        "budget: {" + pick(random, "usd: 0.1", "tokens: 5", "usd: 1e-7, tokens: 1e15") + "}");
    maybe(random, lines, "failures: {max_share: " + random.nextDouble() + "}");
    maybe(
        random,
        lines,
        "checks: "
            + pick(
                random, "none", "{share: 0.07}", "{arms: [sham]}", "{share: 1, arms: [repeat]}"));
    maybe(
        random,
        lines,
        "analysis: {%s, weights: micro, target: {queries: fixed}, family: {rest: none}}"
            .formatted(
                pick(
                    random,
                    "alpha: 0.01",
                    "margins: {af_mean: 0.1}",
                    "pool: [temperature, model]",
                    "pool: [rlhf_info, model, temperature], levels: [[], [paraphrase, model]]",
                    "primary: []")));
    List<String> blocks = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(" ")) {
        blocks.set(blocks.size() - 1, blocks.get(blocks.size() - 1) + "\n" + line);
      } else {
        blocks.add(line);
      }
    }
    Collections.shuffle(blocks, random);
    return String.join("\n", blocks) + "\n";
  }

  private static void maybe(Random random, List<String> lines, String line) {
    if (random.nextBoolean()) {
      lines.add(line);
    }
  }

  private static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
