package dev.gapline.pipeline.commands;

import dev.gapline.schemas.ModelSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How fast a model can be asked.
 *
 * @param limit the one that binds
 * @param time that its calls take at it
 */
record Pace(String limit, Duration time) {

  private static final double TOKENS_PER_SECOND = 50;

  /** Providers promise a day, and say that most take less than this. */
  private static final double SECONDS_OF_A_BATCH = 3600;

  private record Limit(String name, double seconds) {}

  /**
   * Of that many answers.
   *
   * @param calls made for them
   * @param tokens that they use together
   * @param turns how many answers follow each other in one conversation
   * @param seconds from the first call for an answer until it is there
   */
  static Pace of(
      ModelSpec model, double answers, double calls, double tokens, double turns, double seconds) {
    List<Limit> limits = new ArrayList<>();
    double rounds = answers / model.maxInFlight();
    limits.add(
        model.mode() == ModelSpec.Mode.BATCH
            ? new Limit("batches", answers == 0 ? 0 : Math.max(turns, Math.ceil(rounds)) * seconds)
            : new Limit("max_in_flight", rounds * seconds));
    if (model.requestsPerMinute() != null) {
      limits.add(new Limit("requests_per_minute", 60 * calls / model.requestsPerMinute()));
    }
    if (model.tokensPerMinute() != null) {
      limits.add(new Limit("tokens_per_minute", 60 * tokens / model.tokensPerMinute()));
    }
    Limit slowest = limits.stream().max(Comparator.comparingDouble(Limit::seconds)).orElseThrow();
    return new Pace(slowest.name(), Duration.ofSeconds(Math.round(slowest.seconds())));
  }

  /** What a call takes where none was measured, for an answer of that many tokens. */
  static double assumedSeconds(ModelSpec model, double answerTokens) {
    if (model.simulate() != null) {
      return model.simulate().latencyMedianMs() / 1e3;
    }
    if (model.isOffline()) {
      return 0;
    }
    return model.mode() == ModelSpec.Mode.BATCH
        ? SECONDS_OF_A_BATCH
        : 1 + answerTokens / TOKENS_PER_SECOND;
  }
}
