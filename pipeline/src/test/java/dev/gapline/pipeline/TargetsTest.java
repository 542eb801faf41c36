package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The headline speaks for what the study says it speaks for. */
final class TargetsTest {

  private static final String STUDY =
      """
      study: targets
      seed: 3
      scenarios: [animal-welfare]
      models:
        - id: sim/subject
          simulate: {comply: {free: 0.4, paid: 0.15}, query_sd: 0.5, paraphrase_condition_sd: 0.3}
      paraphrases: [base, p1, p2]
      samples: 2
      checks: none
      analysis:
        target: {queries: QUERIES, paraphrases: PARAPHRASES}
      """;

  @TempDir private Path folder;

  @Test
  void ofWordingsLikeTheseItIsTwoWayAndFewOfThemDecideNothing() {
    String printed = run("random", "random");
    assertTrue(printed.contains("interval by query and wording (two-way)"), printed);
    assertTrue(printed.contains("Target: queries like these, wordings like these."), printed);
    assertTrue(printed.contains("inconclusive: too few paraphrases"), printed);
  }

  @Test
  void ofTheseQueriesAloneItIsWithinQuery() {
    String printed = run("fixed", "fixed");
    assertTrue(printed.contains("interval within query (within-query)"), printed);
    assertTrue(printed.contains("Target: these queries, these wordings."), printed);
    assertTrue(printed.contains("supported: beyond threshold"), printed);
  }

  private String run(String queries, String paraphrases) {
    Path study =
        Studies.write(
            folder.resolve("study.yaml"),
            STUDY.replace("QUERIES", queries).replace("PARAPHRASES", paraphrases));
    Command ran = Command.run("run", study.toString(), "--out", folder.resolve("out").toString());
    assertEquals(0, ran.status(), ran.stderr());
    return ran.stdout();
  }
}
