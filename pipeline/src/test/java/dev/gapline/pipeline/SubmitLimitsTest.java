package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slots that the limits of a model cannot be divided by are refused before a cluster is asked. */
final class SubmitLimitsTest {

  /** Nobody listens there. */
  private static final String NOWHERE = "127.0.0.1:1";

  @TempDir private Path folder;

  private void refused(String limit, int slots, String... sentences) {
    refusedStudy(
        Studies.with(Studies.TINY, "- id: sim/subject\n", "- id: sim/subject\n" + limit),
        slots,
        sentences);
  }

  private void refusedStudy(String text, int slots, String... sentences) {
    Command command = submit(text, slots);
    assertEquals(2, command.status(), command.stderr());
    for (String sentence : sentences) {
      assertTrue(command.stderr().contains(sentence), command.stderr());
    }
    assertFalse(Files.exists(folder.resolve("out")));
  }

  private Command submit(String text, int slots) {
    Path study = Studies.write(folder.resolve("study.yaml"), text);
    return Command.run(
        "submit",
        study.toString(),
        "--flink",
        NOWHERE,
        "--out",
        folder.resolve("out").toString(),
        "--parallelism",
        String.valueOf(slots));
  }

  @Test
  void moreSlotsThanCallsInFlight() {
    refused(
        "    max_in_flight: 3\n",
        4,
        "sim/subject may have 3 calls in flight, fewer than 4 slots",
        "At most 3, or a larger max_in_flight, is valid.");
  }

  @Test
  void moreSlotsThanCallsAMinute() {
    refused(
        "    requests_per_minute: 2\n",
        4,
        "sim/subject may be asked 2 times a minute, fewer than 4 slots. At most 2 is valid.");
  }

  @Test
  void fewerTokensAMinuteThanACallInEachSlot() {
    String limit = "    max_tokens: 1000\n    tokens_per_minute: 3900\n";
    refused(
        limit,
        4,
        "sim/subject may use 3,900 tokens a minute, too few for a first call in each of 4 slots",
        "At most 1 is valid.");
    // One slot has all of them, and the cluster is asked.
    refused(limit, 1, NOWHERE);
  }

  @Test
  void aJudgeHasItsLimitsToo() {
    String judged =
        Studies.TINY
            + """
            classify:
              judge:
                - rubric: compliance
                  model:
                    id: openai/judge
                    base_url: "http://127.0.0.1:1/v1"
                    key_env: none
                    tokens_per_minute: 9000
            """;
    refusedStudy(judged, 4, "openai/judge may use 9,000 tokens a minute, too few for a first call");
    refusedStudy(judged, 1, NOWHERE);
  }
}
