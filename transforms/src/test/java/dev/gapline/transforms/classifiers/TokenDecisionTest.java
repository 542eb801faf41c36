package dev.gapline.transforms.classifiers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.DecidedBy;
import dev.gapline.schemas.ReasoningForm;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Rubric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The probability of complying, from the tokens that decide it. */
final class TokenDecisionTest {

  private static final double HALF = Math.log(0.5);
  private static final double QUARTER = Math.log(0.25);
  private static final double EIGHTH = Math.log(0.125);

  private static TokenDecisions decisions(DecidedBy.At at, String outputTag, String... words) {
    return new TokenDecisions(
        new Rubric(
            1,
            List.of("S"),
            outputTag,
            List.of("^no"),
            List.of(),
            List.of("^yes"),
            Rubric.Otherwise.UNREADABLE,
            List.of(),
            List.of(),
            List.of(),
            new DecidedBy(at, List.of(words[0]), List.of(words[1])),
            null,
            List.of(),
            null));
  }

  /** Tokens as {@code token=alternative:probability,..}, the token's own among them. */
  private static Response response(String... tokens) {
    StringBuilder text = new StringBuilder();
    List<String> all = new ArrayList<>();
    for (String token : tokens) {
      String taken = token.substring(0, token.indexOf('='));
      text.append(taken);
      List<String> top = new ArrayList<>();
      String own = "0";
      for (String other : token.substring(token.indexOf('=') + 1).split(",", -1)) {
        String word = other.substring(0, other.lastIndexOf(':'));
        String logprob =
            Double.toString(
                Math.log(Double.parseDouble(other.substring(other.lastIndexOf(':') + 1))));
        top.add("[\"%s\",%s]".formatted(word, logprob));
        own = word.equals(taken) ? logprob : own;
      }
      all.add("[\"%s\",%s,[%s]]".formatted(taken, own, String.join(",", top)));
    }
    return said(text.toString(), "[" + String.join(",", all) + "]");
  }

  private static Response said(String text, String logprobs) {
    return new Response(
        text,
        null,
        (ReasoningForm) null,
        List.of(),
        null,
        logprobs,
        "stop",
        "m",
        null,
        null,
        null,
        List.of(),
        1);
  }

  private static void assertProbability(
      double least, double unseen, Optional<TokenDecision> decision) {
    TokenDecision.Probability found = decision.orElseThrow().at(1);
    assertEquals(least, found.least(), 1e-9, "least");
    assertEquals(unseen, found.unseen(), 1e-9, "unseen");
  }

  @Test
  void isThatOfTheTokensAfterWhichItComplies() {
    TokenDecisions decisions = decisions(DecidedBy.At.ANSWER, null, "Yes", "No");
    assertProbability(
        0.6, 0, decisions.of("", response("No=Yes:0.5,No:0.3,Ye:0.1,Maybe:0.1", " way= way:1")));
  }

  @Test
  void whatTheServerDidNotTellIsUnseen() {
    TokenDecisions decisions = decisions(DecidedBy.At.ANSWER, null, "Yes", "No");
    assertProbability(0.5, 0.2, decisions.of("", response("No=Yes:0.5,No:0.3")));
  }

  @Test
  void wordsThatBeginAlikeAreDecidedWhereTheyPart() {
    TokenDecisions decisions =
        decisions(DecidedBy.At.ANSWER, null, "<request_accepted/>", "<rejected/>");
    // Nine in ten begin so, and there a quarter goes on to comply; the other tenth is neither.
    assertProbability(
        0.9 * 0.25,
        0,
        decisions.of(
            "", response("<re=<re:0.9,Well:0.1", "jected=quest:0.25,jected:0.75", "/>=/>:1")));
    // Another way to say the beginning was open and not taken.
    assertProbability(
        0.6 * 0.25,
        0.3,
        decisions.of("", response("<re=<re:0.6,<:0.3,Well:0.1", "jected=quest:0.25,jected:0.75")));
  }

  @Test
  void aPrefillAndWhiteSpaceDecideNothing() {
    TokenDecisions decisions =
        decisions(DecidedBy.At.ANSWER, null, "<request_accepted/>", "<rejected/>");
    Optional<TokenDecision> found =
        decisions.of("<", response("re=re:1", "jected=quest:0.25,jected:0.75"));
    assertProbability(0.25, 0, found);
    assertTrue(found.orElseThrow().isFirst(), "A prefill was not sampled.");
    assertProbability(
        0.5,
        0,
        decisions(DecidedBy.At.ANSWER, null, "Yes", "No")
            .of("", response("\\n=\\n:0.5,Well:0.5".replace("\\n", " "), " Yes= Yes:1")));
  }

  @Test
  void inTheOutputItRestsOnWhatWasSaidBefore() {
    TokenDecisions decisions = decisions(DecidedBy.At.OUTPUT, "O", "yes", "no");
    Optional<TokenDecision> found =
        decisions.of(
            "",
            response(
                "<S>yes?</S>=<S>yes?</S>:1",
                "<O>=<O>:0.5,yes:0.5",
                "no=yes:0.25,no:0.75",
                "</O>=</O>:1"));
    assertProbability(0.25, 0, found);
    assertTrue(!found.orElseThrow().isFirst());
    assertEquals(
        Optional.empty(), decisions.of("", response("<S>yes?</S>=<S>yes?</S>:1")), "no output");
    assertEquals(
        Optional.empty(),
        decisions.of("", response("<O>no=<O>no:1")),
        "One token ends what comes before and begins what decides.");
  }

  @Test
  void tokensThatAreNotThoseOfTheTextSayNothing() {
    TokenDecisions decisions = decisions(DecidedBy.At.ANSWER, null, "Yes", "No");
    assertEquals(Optional.empty(), decisions.of("", said("No", "[[\"Yes\",-1,[]]]")));
    assertEquals(Optional.empty(), decisions.of("", said("No", null)));
    assertEquals(Optional.empty(), decisions.of("", null));
  }

  @Test
  void atZeroTheLikeliestTokenHasAllOfIt() {
    TokenDecision decision =
        new TokenDecision(
            true,
            List.of(
                new TokenDecision.Step(
                    List.of(QUARTER), List.of(HALF), List.of(EIGHTH, EIGHTH), List.of(), null)));
    assertEquals(new TokenDecision.Probability(0, 0), decision.at(0));
    assertEquals(0.25, decision.at(1).least(), 1e-12);
    // 1/16 of 1/16 + 1/4 + 2/64
    assertEquals(0.0625 / 0.34375, decision.at(0.5).least(), 1e-12);
    assertEquals(decision, TokenDecision.of(decision.text()));
    assertThrows(IllegalArgumentException.class, () -> TokenDecision.of("{}}"));
  }

  /** The law: the curve from one call is the softmax of the logits over the temperature. */
  @Property(tries = 300)
  void theCurveIsTheSoftmaxOfTheLogits(
      @ForAll @Size(min = 2, max = 40) List<@DoubleRange(min = -12, max = 12) Double> logits,
      @ForAll @DoubleRange(min = 0.05, max = 2) double temperature,
      @ForAll @IntRange(min = 1, max = 40) int told) {
    double[] atOne = softmax(logits, 1);
    double[] truth = softmax(logits, temperature);
    double complies = 0;
    for (int i = 0; i < truth.length; i += 2) {
      complies += truth[i];
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < atOne.length; i++) {
      order.add(i);
    }
    order.sort((a, b) -> Double.compare(atOne[b], atOne[a]));
    List<Double> yes = new ArrayList<>();
    List<Double> no = new ArrayList<>();
    for (int i : order.subList(0, Math.min(told, order.size()))) {
      (i % 2 == 0 ? yes : no).add(Math.log(atOne[i]));
    }
    TokenDecision.Probability found =
        new TokenDecision(
                true, List.of(new TokenDecision.Step(yes, no, List.of(), List.of(), null)))
            .at(temperature);

    String seen = String.format(Locale.ROOT, "%s of %f", found, complies);
    // A rest of less than 1e-9 counts as none; over 40 tokens at temperature 2 it is at most 2e-4.
    assertTrue(found.least() <= complies + 3e-4, seen);
    assertTrue(found.least() + found.unseen() >= complies - 3e-4, seen);
    if (told >= logits.size()) {
      assertEquals(complies, found.least(), 1e-9);
      assertEquals(0, found.unseen(), 1e-9);
    }
  }

  private static double[] softmax(List<Double> logits, double temperature) {
    double highest = logits.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    double[] weights =
        logits.stream().mapToDouble(logit -> Math.exp((logit - highest) / temperature)).toArray();
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }
}
