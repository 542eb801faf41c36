package dev.gapline.testing;

import java.util.HashMap;
import java.util.Map;

/**
 * What has come and gone. {@code requests} came; {@code answered} got a 200 and took all of it;
 * {@code broken} were not sent whole, by us or because the client left; {@code max_in_flight} were
 * there at once; {@code keys} differ, by the header {@code x-gapline-trial} or else by the body;
 * {@code repeated} came after another with the same key; {@code answered_keys} of the keys were
 * answered, {@code answered_twice} more than once.
 */
final class Counters {

  private final Map<String, int[]> seenAndAnswered = new HashMap<>();
  private long requests;
  private long answered;
  private long broken;
  private int inFlight;
  private int maxInFlight;

  /**
   * A request that has come.
   *
   * @param place among all requests, from 1
   * @param asked how often its key has come, this time included
   */
  record Begun(long place, int asked) {}

  synchronized Begun begin(String key) {
    requests++;
    inFlight++;
    maxInFlight = Math.max(maxInFlight, inFlight);
    return new Begun(requests, ++seenAndAnswered.computeIfAbsent(key, k -> new int[2])[0]);
  }

  /** An answer is about to leave: who has it may ask again before we hear that it has arrived. */
  synchronized void leave() {
    inFlight--;
  }

  synchronized void end(String key, int status, boolean sent) {
    if (!sent) {
      broken++;
    } else if (status == 200) {
      answered++;
      seenAndAnswered.get(key)[1]++;
    }
  }

  synchronized int inFlight() {
    return inFlight;
  }

  synchronized String json() {
    long answeredKeys = seenAndAnswered.values().stream().filter(seen -> seen[1] > 0).count();
    long answeredTwice = seenAndAnswered.values().stream().filter(seen -> seen[1] > 1).count();
    return ModelServer.JSON
        .createObjectNode()
        .put("requests", requests)
        .put("answered", answered)
        .put("broken", broken)
        .put("in_flight", inFlight)
        .put("max_in_flight", maxInFlight)
        .put("keys", seenAndAnswered.size())
        .put("repeated", requests - seenAndAnswered.size())
        .put("answered_keys", answeredKeys)
        .put("answered_twice", answeredTwice)
        .toString();
  }
}
