package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ReasoningForm;
import dev.gapline.schemas.Response;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** The turns of one conversation as the one outcome of its trial. */
final class Turns {

  private Turns() {}

  /**
   * What the last turn brought, with the tokens, cost and time of all. A call that was made again
   * is an attempt more; a further turn is not.
   *
   * @param turns at least one, in order
   */
  static Ledger.Entry together(List<Ledger.Entry> turns) {
    Ledger.Entry last = turns.get(turns.size() - 1);
    if (turns.size() == 1) {
      return last;
    }
    int attempts = 1;
    long latency = 0;
    Charge charge = Charge.NONE;
    List<FailureCategory> met = new ArrayList<>();
    for (Ledger.Entry turn : turns) {
      attempts += turn.completion().attempts() - 1;
      latency += turn.latencyMillis();
      charge = charge.plus(turn.charge());
      met.addAll(turn.met());
    }
    return new Ledger.Entry(
        last.key(),
        last.trial(),
        completion(turns, last.completion(), attempts),
        met,
        turns.get(0).sentAtMillis(),
        latency,
        sum(turns, Ledger.Entry::costUsd),
        charge);
  }

  private static Completion completion(List<Ledger.Entry> turns, Completion last, int attempts) {
    if (last.isFailure()) {
      return Completion.of(
          new Failure(last.failure().category(), last.failure().message(), attempts));
    }
    Response response = last.response();
    List<Response> ofLastTurn = ofLastTurn(turns);
    return Completion.of(
        new Response(
            response.text(),
            reasoning(ofLastTurn),
            form(ofLastTurn),
            response.toolCalls(),
            null,
            response.logprobs(),
            response.finishReason(),
            response.model(),
            tokens(turns, Response::promptTokens),
            tokens(turns, Response::completionTokens),
            tokens(turns, Response::reasoningTokens),
            response.notes(),
            attempts));
  }

  /** The last reply and those before it that called tools: the user has not spoken since. */
  private static List<Response> ofLastTurn(List<Ledger.Entry> turns) {
    int first = turns.size() - 1;
    while (first > 0 && !turns.get(first - 1).completion().response().toolCalls().isEmpty()) {
      first--;
    }
    return turns.subList(first, turns.size()).stream()
        .map(turn -> turn.completion().response())
        .toList();
  }

  private static String reasoning(List<Response> replies) {
    List<String> thoughts =
        replies.stream().map(Response::reasoning).filter(Objects::nonNull).toList();
    return thoughts.isEmpty() ? null : String.join("\n\n", thoughts);
  }

  /** Of the last reply that reasoned. */
  private static ReasoningForm form(List<Response> replies) {
    ReasoningForm form = null;
    for (Response reply : replies) {
      form = reply.reasoningForm() == null ? form : reply.reasoningForm();
    }
    return form;
  }

  private static Long tokens(List<Ledger.Entry> turns, Function<Response, Long> count) {
    Double sum =
        sum(
            turns,
            turn -> {
              Long tokens = count.apply(turn.completion().response());
              return tokens == null ? null : Double.valueOf(tokens);
            });
    return sum == null ? null : Long.valueOf(Math.round(sum));
  }

  /** Null where one of them is unknown. */
  private static Double sum(List<Ledger.Entry> turns, Function<Ledger.Entry, Double> part) {
    double sum = 0;
    for (Ledger.Entry turn : turns) {
      Double value = part.apply(turn);
      if (value == null) {
        return null;
      }
      sum += value;
    }
    return sum;
  }
}
