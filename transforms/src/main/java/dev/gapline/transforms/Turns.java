package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Response;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import java.util.ArrayList;
import java.util.List;
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
    return Completion.of(
        new Response(
            response.text(),
            response.reasoning(),
            response.reasoningForm(),
            response.toolCalls(),
            response.logprobs(),
            response.finishReason(),
            response.model(),
            tokens(turns, Response::promptTokens),
            tokens(turns, Response::completionTokens),
            tokens(turns, Response::reasoningTokens),
            response.notes(),
            attempts));
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
