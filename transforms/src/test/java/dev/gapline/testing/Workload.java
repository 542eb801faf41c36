package dev.gapline.testing;

import dev.gapline.schemas.Hashing;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * What happens to the calls of one model at a {@link LoadServer}, read from the model's name.
 *
 * <p>The name begins with the latency: {@code fixed-200}, in milliseconds, or {@code
 * lognormal-1000-20000}, the median and the 99th percentile. Suffixes add trouble:
 *
 * <ul>
 *   <li>{@code +cap-32}: a 429 at once for whatever comes while 32 calls are in flight
 *   <li>{@code +429-10-1}: a 429 at once for 10% of the calls, Retry-After 1 second
 *   <li>{@code +500-2}: a 500 at once for 2%
 *   <li>{@code +hang-1}, {@code +reset-1}, {@code +garbage-1}: for 1% no answer ever, a connection
 *       that is reset within the body, a body that is not JSON
 *   <li>{@code +mixed}: answers of many kinds, tagged and untagged, of whole, half and no
 *       compliance, some withheld by a content filter; without it all are alike
 *   <li>{@code +votes}: every answer is the same vote of a judge
 *   <li>{@code +wait90}: a 429 with Retry-After 90 for the hundredth call
 * </ul>
 *
 * <p>The n-th call to arrive meets the n-th fate and the n-th latency of a sequence that follows
 * from the name alone. So every client meets the same, and an ideal one can be simulated.
 *
 * @param model the whole name
 * @param words the parts of the name and their numbers
 */
public record Workload(String model, Map<String, List<Integer>> words) {

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final int THE_ONE_THAT_WAITS = 100;

  /** What becomes of one call. */
  enum Fate {
    ANSWERED,
    REFUSED,
    BROKEN,
    HANGS,
    RESET,
    GARBAGE
  }

  /** Reads a model's name. */
  public static Workload of(String model) {
    Map<String, List<Integer>> words = new HashMap<>();
    for (String part : model.split("\\+", -1)) {
      List<String> word = Arrays.asList(part.split("-", -1));
      words.put(word.get(0), word.subList(1, word.size()).stream().map(Integer::valueOf).toList());
    }
    if (words.containsKey("fixed") == words.containsKey("lognormal")) {
      throw new IllegalArgumentException(
          "Invalid model: %s. A name such as fixed-200+cap-32 is valid.".formatted(model));
    }
    return new Workload(model, Map.copyOf(words));
  }

  /** How long the n-th call takes, counted from 0. */
  public Duration latency(long n) {
    if (words.containsKey("fixed")) {
      return Duration.ofMillis(number("fixed", 0));
    }
    double median = number("lognormal", 0);
    double sigma =
        Math.log(number("lognormal", 1) / median) / NORMAL.inverseCumulativeProbability(0.99);
    double z = NORMAL.inverseCumulativeProbability(Hashing.uniform("latency|" + model, n));
    return Duration.ofNanos((long) (1e6 * median * Math.exp(sigma * z)));
  }

  /** The most calls that are answered at a time; no limit if nothing is said. */
  public int cap() {
    return words.containsKey("cap") ? number("cap", 0) : Integer.MAX_VALUE;
  }

  /** Whether answers are votes of a judge. */
  boolean isVotes() {
    return words.containsKey("votes");
  }

  /** Whether answers are of many kinds. */
  boolean isMixed() {
    return words.containsKey("mixed");
  }

  Fate fate(long n) {
    if (words.containsKey("wait90") && n == THE_ONE_THAT_WAITS - 1) {
      return Fate.REFUSED;
    }
    double percent = 100 * Hashing.uniform("fate|" + model, n);
    for (Map.Entry<String, Fate> trouble :
        List.of(
            Map.entry("429", Fate.REFUSED),
            Map.entry("500", Fate.BROKEN),
            Map.entry("hang", Fate.HANGS),
            Map.entry("reset", Fate.RESET),
            Map.entry("garbage", Fate.GARBAGE))) {
      if (words.containsKey(trouble.getKey())) {
        percent -= number(trouble.getKey(), 0);
        if (percent < 0) {
          return trouble.getValue();
        }
      }
    }
    return Fate.ANSWERED;
  }

  /** What a call that is {@link Fate#REFUSED} is told to wait. */
  Duration retryAfter() {
    return Duration.ofSeconds(words.containsKey("wait90") ? 90 : number("429", 1));
  }

  private int number(String word, int place) {
    return words.get(word).get(place);
  }
}
