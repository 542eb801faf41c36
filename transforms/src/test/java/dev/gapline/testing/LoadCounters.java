package dev.gapline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What has come and gone at one model of a {@link LoadServer}, which is its only thread. Times
 * count from the first request.
 */
final class LoadCounters {

  private final Map<Long, Integer> answersByBody = new HashMap<>();
  private long requests;
  private long answered;
  private long refused;
  private long errors;
  private int inFlight;
  private int mostInFlight;
  private long firstRequest;
  private long lastAnswer;
  private long lastAnswerButOne;

  /** Counts a request in; which it is, counted from 0. */
  long begin(long now) {
    if (requests == 0) {
      firstRequest = now;
      lastAnswer = now;
      lastAnswerButOne = now;
    }
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    return requests++;
  }

  int inFlight() {
    return inFlight;
  }

  /** A request has left, whatever became of it. */
  void end() {
    inFlight--;
  }

  void answered(long body, long now) {
    answered++;
    answersByBody.merge(body, 1, Integer::sum);
    lastAnswerButOne = lastAnswer;
    lastAnswer = now;
  }

  void refused() {
    refused++;
  }

  void failed() {
    errors++;
  }

  JsonNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("requests", requests)
        .put("answered", answered)
        .put("refused", refused)
        .put("errors", errors)
        .put("most_in_flight", mostInFlight)
        .put("duplicates", answersByBody.values().stream().filter(times -> times > 1).count())
        .put("request_phase_ms", millis(lastAnswer))
        .put("all_but_last_ms", millis(lastAnswerButOne));
  }

  private double millis(long moment) {
    return Duration.ofNanos(moment - firstRequest).toNanos() / 1e6;
  }
}
