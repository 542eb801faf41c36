package dev.gapline.transforms.classifiers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapline.schemas.DecidedBy;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Rubric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds, among the tokens of an answer, those at which its rubric's words decide it. */
public final class TokenDecisions {

  private static final JsonMapper JSON = new JsonMapper();

  private enum State {
    COMPLIES,
    REFUSES,
    OTHER,
    OPEN
  }

  private final DecidedBy decidedBy;
  private final AnswerParser parser;

  /** For the answers to a scenario with that rubric. */
  public TokenDecisions(Rubric rubric) {
    this.decidedBy = rubric.decidedBy();
    this.parser = new AnswerParser(rubric);
  }

  /** Whether the rubric says by which words answers are decided. */
  public boolean isKnown() {
    return decidedBy != null;
  }

  /**
   * The decision of an answer; empty where no words decide, no log-probabilities came, the tokens
   * are not those of the text, or the place where the words stand was never reached.
   *
   * @param prefill with which the answer was made to begin; empty for none
   */
  public Optional<TokenDecision> of(String prefill, Response response) {
    if (decidedBy == null || response == null || response.logprobs() == null) {
      return Optional.empty();
    }
    JsonNode tokens;
    try {
      tokens = JSON.readTree(response.logprobs());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid logprobs: " + e.getOriginalMessage(), e);
    }
    String whole = prefill + response.text();
    int start = decidedBy.at() == DecidedBy.At.ANSWER ? 0 : parser.outputStart(whole);
    return start < 0 ? Optional.empty() : from(start, prefill, whole, tokens);
  }

  private Optional<TokenDecision> from(int start, String prefill, String whole, JsonNode tokens) {
    List<TokenDecision.Step> steps = new ArrayList<>();
    int end = prefill.length();
    boolean isFirst = true;
    for (JsonNode token : tokens) {
      String text = token.path(0).asText();
      if (!whole.startsWith(text, end)) {
        return Optional.empty();
      }
      int before = end;
      end += text.length();
      if (end <= start) {
        isFirst = false;
        continue;
      }
      if (before < start) {
        return Optional.empty(); // one token ends what comes before, and begins the decision
      }
      String soFar = whole.substring(start, before);
      State taken = state(soFar + text);
      steps.add(step(soFar, token, taken));
      if (taken != State.OPEN) {
        break;
      }
    }
    return steps.isEmpty() ? Optional.empty() : Optional.of(new TokenDecision(isFirst, steps));
  }

  private TokenDecision.Step step(String soFar, JsonNode token, State taken) {
    List<List<Double>> byState = new ArrayList<>();
    for (State unused : State.values()) {
      byState.add(new ArrayList<>());
    }
    String text = token.path(0).asText();
    double logprob = token.path(1).asDouble();
    boolean isTold = false;
    for (JsonNode other : token.path(2)) {
      boolean isTaken = !isTold && other.path(0).asText().equals(text);
      isTold |= isTaken;
      State state = isTaken ? taken : state(soFar + other.path(0).asText());
      if (!isTaken || taken != State.OPEN) {
        list(byState, state).add(other.path(1).asDouble());
      }
    }
    if (!isTold && taken != State.OPEN) {
      list(byState, taken).add(logprob);
    }
    return new TokenDecision.Step(
        list(byState, State.COMPLIES),
        list(byState, State.REFUSES),
        list(byState, State.OTHER),
        list(byState, State.OPEN),
        taken == State.OPEN ? Double.valueOf(logprob) : null);
  }

  @SuppressWarnings("EnumOrdinal") // a place in a list that lives for one step
  private static List<Double> list(List<List<Double>> byState, State state) {
    return byState.get(state.ordinal());
  }

  /** What a beginning makes of the answer; white space before it decides nothing. */
  private State state(String beginning) {
    String text = beginning.stripLeading();
    boolean complies = decidedBy.complies().stream().anyMatch(words -> agree(words, text));
    boolean refuses = decidedBy.refuses().stream().anyMatch(words -> agree(words, text));
    if (complies && refuses) {
      return State.OPEN;
    }
    return complies ? State.COMPLIES : refuses ? State.REFUSES : State.OTHER;
  }

  private static boolean agree(String words, String text) {
    return words.startsWith(text) || text.startsWith(words);
  }
}
