package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.TrialId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IgnoredTest {

  private static List<String> of(
      Map<String, String> parameters, Integer logprobs, Response answer) {
    return Ignored.of(
        new Request(
            new TrialId("t"),
            "s",
            "q",
            "base",
            "e",
            "m",
            List.of(new Message("user", "Hello.")),
            Temperature.of("1"),
            10,
            1,
            new TreeMap<>(parameters),
            logprobs),
        answer);
  }

  private static Response answer(String text, Long tokens, Long reasoning) {
    return new Response(text, null, "stop", "m", 5L, tokens, reasoning, 1);
  }

  @Test
  void nothingIsSaidOfWhatWasGrantedOrCannotBeKnown() {
    assertEquals(List.of(), of(Map.of("top_p", "0.5"), null, answer("Yes.", 10L, null)));
    assertEquals(List.of(), of(Map.of(), null, answer("Yes.", null, null)));
    assertEquals(List.of(), of(Map.of("stop", "\"END\""), null, answer("Yes. END\n", 3L, null)));
  }

  @Test
  void moreTokensThanWereAskedForAreNoticedReasoningLeftOut() {
    assertEquals(List.of("ignored-max-tokens"), of(Map.of(), null, answer("Long.", 11L, null)));
    assertEquals(List.of(), of(Map.of(), null, answer("Long.", 30L, 20L)));
  }

  @Test
  void soAreTextBeyondAStopAndMissingLogProbabilities() {
    assertEquals(
        List.of("ignored-stop"),
        of(Map.of("stop", "[\"x\", \"END\"]"), null, answer("Yes. END. More.", 3L, null)));
    assertEquals(List.of("ignored-logprobs"), of(Map.of(), 3, answer("Yes.", 3L, null)));
  }
}
