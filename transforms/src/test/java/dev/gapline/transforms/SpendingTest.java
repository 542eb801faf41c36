package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.TrialId;
import dev.gapline.transforms.providers.Request;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SpendingTest {

  private static final ModelSpec MODEL = Samples.model("sim/a", Samples.planted(0.5, 0, 0));

  /** At most 4 + 16 tokens of prompt and 100 of answer. */
  private static final Request CALL =
      new Request(
          new TrialId("t"),
          "weather",
          "q",
          "base",
          "sim",
          "a",
          List.of(new Message("user", "\u20acx")),
          Temperature.of("1"),
          100,
          1,
          new TreeMap<>());

  private static Spending tokens(long ceiling, long spent) {
    return new Spending(new Samples().budgetTokens(ceiling).study(), 0, spent);
  }

  @Test
  void theWorstCaseOfACallMustFit() {
    assertTrue(tokens(120, 0).reserve(MODEL, List.of(CALL)));
    assertFalse(tokens(119, 0).reserve(MODEL, List.of(CALL)));
    assertFalse(tokens(120, 1).reserve(MODEL, List.of(CALL)), "earlier legs count");
  }

  @Test
  void aBlockIsBoughtWholeOrNotAtAll() {
    Spending spending = tokens(239, 0);
    assertFalse(spending.reserve(MODEL, List.of(CALL, CALL)));
    assertTrue(spending.reserve(MODEL, List.of(CALL)), "the refused block set nothing aside");
    assertTrue(spending.reserve(MODEL, List.of()), "what was paid before costs nothing");
  }

  @Test
  void anAnswerGivesBackWhatItDidNotUse() {
    Spending spending = tokens(240, 0);
    assertTrue(spending.reserve(MODEL, List.of(CALL, CALL)));
    assertFalse(spending.reserve(MODEL, List.of(CALL)));
    spending.settle(MODEL, CALL, answer(10L, 10L));
    assertFalse(spending.reserve(MODEL, List.of(CALL)), "100 are free, 120 are needed");
    spending.settle(MODEL, CALL, answer(10L, 10L));
    assertTrue(spending.reserve(MODEL, List.of(CALL)));
  }

  @Test
  void anAnswerThatDoesNotSayItsTokensKeepsItsWorstCase() {
    Spending spending = tokens(240, 0);
    assertTrue(spending.reserve(MODEL, List.of(CALL, CALL)));
    spending.settle(MODEL, CALL, answer(null, 10L));
    spending.settle(MODEL, CALL, answer(10L, null));
    assertFalse(spending.reserve(MODEL, List.of(CALL)));
  }

  @Test
  void withoutACeilingEverythingFits() {
    Spending spending = new Spending(new Samples().study(), 1e9, Long.MAX_VALUE);
    assertTrue(spending.reserve(MODEL, List.of(CALL)));
  }

  private static Response answer(Long prompt, Long completion) {
    return new Response("x", null, null, null, prompt, completion, null, 1);
  }
}
