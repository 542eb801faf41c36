package dev.gapline.transforms;

import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.providers.Ledger;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What the ledger of a folder already holds of a plan, and what its answers were like: by the key
 * of every trial up to {@value #EXACT_UP_TO} of them, beyond that by those of a seeded sample.
 *
 * @param isExact whether every trial was looked up
 * @param models by model id, for every model of the study
 * @param scan the whole ledger, also what is not of this plan
 */
public record Held(boolean isExact, Map<String, OfModel> models, LedgerScan scan) {

  private static final long EXACT_UP_TO = 200_000;
  private static final int SAMPLE = 20_000;

  /**
   * One model's part.
   *
   * @param trials of the plan
   * @param held of those, settled for good: they are not asked again
   * @param answers that were looked at
   * @param promptTokens of one answer, on average; null when no answer says it
   * @param completionTokens likewise
   * @param callsPerAnswer on average; null when there is no answer
   * @param medianLatencyMillis from the first call to the outcome; null when there is no answer
   */
  public record OfModel(
      long trials,
      long held,
      long answers,
      Double promptTokens,
      Double completionTokens,
      Double callsPerAnswer,
      Double medianLatencyMillis) {

    /** What is still to ask. */
    public long toAsk() {
      return trials - held;
    }
  }

  /** Looks the plan up in the ledger of that folder; nothing is held where there is none. */
  public static Held of(RunFolder folder, StudyPlan plan) throws IOException {
    Map<String, Gathered> byModel = new TreeMap<>();
    for (ModelSpec model : plan.study().models()) {
      byModel.put(model.id(), new Gathered());
    }
    boolean isExact = plan.trials() <= EXACT_UP_TO;
    Map<String, String> wanted = new HashMap<>();
    if (folder.ledger().toFile().isDirectory()) {
      PlannedCalls calls = PlannedCalls.of(plan);
      SplittableRandom random = new SplittableRandom(plan.study().seed());
      long looked = isExact ? plan.trials() : SAMPLE;
      for (long i = 0; i < looked; i++) {
        Trial trial = plan.trial(isExact ? i : random.nextLong(plan.trials()));
        // A sample may draw a trial twice; it counts once.
        if (wanted.put(calls.request(trial).key(), trial.cell().model()) == null) {
          byModel.get(trial.cell().model()).looked++;
        }
      }
    }
    Set<String> found = new HashSet<>();
    LedgerScan scan =
        LedgerScan.of(
            folder,
            (leg, entry) -> {
              String model = wanted.get(entry.key());
              if (model != null && entry.completion().isFinal() && found.add(entry.key())) {
                byModel.get(model).add(entry);
              }
            });
    long trials = plan.trials() / plan.study().models().size();
    Map<String, OfModel> models = new TreeMap<>();
    byModel.forEach((model, gathered) -> models.put(model, gathered.ofModel(trials)));
    return new Held(isExact, models, scan);
  }

  /** Of all models. */
  public long held() {
    return models.values().stream().mapToLong(OfModel::held).sum();
  }

  private static final class Gathered {
    private long looked;
    private long held;
    private long answers;
    private long answersWithTokens;
    private long calls;
    private double promptTokens;
    private double completionTokens;
    private long[] latencies = new long[64];

    void add(Ledger.Entry entry) {
      held++;
      Response response = entry.completion().response();
      if (response == null) {
        return;
      }
      if (answers == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * latencies.length);
      }
      latencies[(int) answers++] = entry.latencyMillis();
      calls += response.attempts();
      if (response.promptTokens() != null && response.completionTokens() != null) {
        answersWithTokens++;
        promptTokens += response.promptTokens();
        completionTokens += response.completionTokens();
      }
    }

    OfModel ofModel(long trials) {
      long all = looked == 0 ? 0 : Math.min(trials, Math.round((double) held / looked * trials));
      Arrays.sort(latencies, 0, (int) answers);
      return new OfModel(
          trials,
          all,
          answers,
          answersWithTokens == 0 ? null : promptTokens / answersWithTokens,
          answersWithTokens == 0 ? null : completionTokens / answersWithTokens,
          answers == 0 ? null : (double) calls / answers,
          answers == 0 ? null : (double) latencies[(int) (answers / 2)]);
    }
  }
}
