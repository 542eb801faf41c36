package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.classifiers.AnswerParser;
import dev.gapline.transforms.classifiers.RepeatedAnswers;
import dev.gapline.transforms.classifiers.RuleClassifier;
import dev.gapline.transforms.classifiers.TokenDecisions;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Gate;
import dev.gapline.transforms.providers.Provider;
import dev.gapline.transforms.providers.Providers;
import dev.gapline.transforms.providers.RetryPolicy;
import dev.gapline.transforms.providers.SystemTime;
import dev.gapline.transforms.providers.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all lanes of a leg share within one JVM: one client and one gate per model, the index of
 * earlier legs, the stop signal, the budget, the counts.
 *
 * <p>This class holds the project's one piece of static state. Beam gives every lane its own copy
 * of a DoFn and no place to share anything; without sharing, each lane would open its own
 * connections and a model's limit would hold per lane. Desks are counted: the last lane to leave
 * closes it.
 */
public final class LegDesk {

  private static final Map<String, LegDesk> OPEN = new ConcurrentHashMap<>();
  private static final long TRIALS_BEFORE_STOPPING = 100;

  private static final int TURNED_AWAY_BEFORE_STOPPING = 5;

  /** How the reason of a stop begins when a model turned its very first call away. */
  public static final String AT_FIRST_CALL = "At its first call ";

  /** One model: how it is specified, asked, limited and asked again. */
  record Model(ModelSpec spec, Provider provider, Gate gate, RetryPolicy retries) {}

  /** One scenario, and how its answers are taken apart and judged by rules. */
  record Setting(
      Scenario scenario, AnswerParser parser, RepeatedAnswers rules, TokenDecisions decisions) {}

  private final String name;
  private final Study study;
  private final EarlierLegs earlier;
  private final StopSignal stop;
  private final Spending spending;
  private final Progress progress = new Progress();
  private final Map<String, Model> models = new HashMap<>();
  private final Map<String, Setting> settings = new HashMap<>();
  private final Map<String, ModelCounts> counts = new HashMap<>();
  private final Map<String, AtomicInteger> turnedAway = new ConcurrentHashMap<>();
  private final Set<String> answering = ConcurrentHashMap.newKeySet();
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
  private final Time time;
  private final AtomicLong pending = new AtomicLong();
  private final PlannedCalls calls;
  private final JudgeCalls judgeCalls;
  private final Crew crew;
  private final boolean isSpread;
  private final int allLanes;
  private volatile int lanes;

  private LegDesk(String name, Leg leg) throws IOException {
    this.name = name;
    this.study = leg.study();
    this.isSpread = leg.isSpread();
    this.allLanes = leg.lanes();
    this.earlier = EarlierLegs.open(leg.folder(), leg.name());
    this.time = new SystemTime(leg.name());
    this.stop = new StopSignal(leg.folder(), leg.name());
    this.spending =
        new Spending(study, leg.earlier().charge(), Grants.of(leg.folder(), leg.name()));
    for (Scenario scenario : study.scenarios()) {
      settings.put(
          scenario.name(),
          new Setting(
              scenario,
              new AnswerParser(scenario.rubric()),
              new RepeatedAnswers(new RuleClassifier(scenario.rubric())),
              new TokenDecisions(scenario.rubric())));
    }
    for (ModelSpec spec : study.allModels()) {
      counts.put(spec.id(), new ModelCounts());
      models.put(
          spec.id(),
          new Model(
              spec,
              spec.replay() == null
                  ? Providers.open(spec, study, time, System::getenv, leg.folder().store())
                  : new ReplayedModel(spec, study),
              new Gate(spec.maxInFlight(), spec.requestsPerMinute(), spec.tokensPerMinute(), time),
              RetryPolicy.of(spec)));
    }
    boolean asksSubjects = leg.answers() == null;
    Set<String> judging = new HashSet<>();
    study.judges().forEach(judge -> judging.add(judge.model().id()));
    models.forEach(
        (id, model) -> {
          if (asksSubjects || judging.contains(id)) {
            requireKey(model.spec());
            model.provider().warm();
          }
        });
    this.calls = PlannedCalls.of(StudyPlan.of(study));
    this.judgeCalls = new JudgeCalls(study);
    this.crew = new Crew(leg, this);
    crew.open();
  }

  /**
   * Stops a spread leg whose key this worker does not have: to try again would not bring it. A leg
   * of one process was refused before it began.
   */
  private void requireKey(ModelSpec spec) {
    if (!isSpread || spec.replay() != null) {
      return;
    }
    try {
      Providers.check(spec, System::getenv);
    } catch (IllegalArgumentException e) {
      stop.raise("%s%s (%s)".formatted(AT_FIRST_CALL, e.getMessage(), Workers.process()));
    }
  }

  /** Joins the leg's desk, opening it if this is the first lane here. */
  static LegDesk join(Leg leg) {
    String name = leg.folder().root() + "|" + leg.name();
    return OPEN.compute(
        name,
        (key, desk) -> {
          try {
            LegDesk joined = desk == null ? new LegDesk(key, leg) : desk;
            joined.setLanes(joined.lanes + 1);
            return joined;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** The desk of a leg that works in this JVM at this moment. */
  public static Optional<LegDesk> of(Leg leg) {
    return of(leg.folder(), leg.name());
  }

  /** The desk of the leg of that name, if it works in this JVM at this moment. */
  public static Optional<LegDesk> of(RunFolder folder, String leg) {
    return Optional.ofNullable(OPEN.get(folder.root() + "|" + leg));
  }

  /** Leaves the desk; the last to leave closes it. */
  void leave() {
    OPEN.computeIfPresent(
        name,
        (key, desk) -> {
          if (desk.lanes > 1) {
            desk.setLanes(desk.lanes - 1);
            return desk;
          }
          desk.close();
          return null;
        });
  }

  /** Of a spread leg's limits, this process has the part that its lanes are of all lanes. */
  private void setLanes(int here) {
    lanes = here;
    if (isSpread) {
      models.values().forEach(model -> model.gate().share(Math.min(here, allLanes), allLanes));
    }
  }

  /** Lanes that work in this process. */
  int lanes() {
    return isSpread ? lanes : allLanes;
  }

  /** How this process stands. */
  WorkerState state() {
    Charge used = spending.used();
    return new WorkerState(
        Workers.process(),
        true,
        progress.settled(),
        progress.reused(),
        progress.failed(),
        open(),
        used.tokens(),
        used.usd());
  }

  Model model(String id) {
    return models.get(id);
  }

  /** What this process has counted, by model; not to be changed. */
  Map<String, ModelCounts> counts() {
    return counts;
  }

  Setting setting(String scenario) {
    return settings.get(scenario);
  }

  /** The requests of the plan. */
  PlannedCalls calls() {
    return calls;
  }

  /** The judges of the study; none where rules judge. */
  List<JudgeSpec> judges() {
    return study.judges();
  }

  /** The calls of judges. */
  JudgeCalls judgeCalls() {
    return judgeCalls;
  }

  Crew crew() {
    return crew;
  }

  Time time() {
    return time;
  }

  /** Characters of answers that wait for an earlier row, over all units here. */
  AtomicLong pending() {
    return pending;
  }

  EarlierLegs earlier() {
    return earlier;
  }

  Spending spending() {
    return spending;
  }

  /** The leg's stop signal. */
  public StopSignal stop() {
    return stop;
  }

  /** The leg's counts. */
  public Progress progress() {
    return progress;
  }

  /** Calls of this process whose outcome is not durable yet. */
  public int open() {
    return models.values().stream().mapToInt(model -> model.gate().inFlight()).sum();
  }

  /** What earlier legs and this process's settled calls count against the ceilings. */
  public Charge spent() {
    return spending.spent();
  }

  /**
   * Counts a durable outcome, and stops the leg when too many providers' failures are among them,
   * or when a model's key is refused, or the model is not there, time after time: what is asked
   * then fares no better.
   */
  void settled(String model, Completion completion, boolean reused) {
    boolean failed = completion.isFailure() && completion.failure().category().isProviderFailure();
    progress.count(failed, reused);
    if (!reused) {
      watchAccess(model, completion);
    }
    if (failed) {
      watchFailures(completion);
    }
  }

  /** The same of a later turn of a trial that has been counted. */
  void continued(String model, Completion completion, boolean reused) {
    if (!reused) {
      watchAccess(model, completion);
    }
    if (completion.isFailure() && completion.failure().category().isProviderFailure()) {
      progress.failLater();
      watchFailures(completion);
    }
  }

  private void watchFailures(Completion completion) {
    long terminal = progress.settled();
    long failures = progress.failed();
    if (!stop.isRaised()
        && terminal >= TRIALS_BEFORE_STOPPING
        && failures > study.maxFailureShare() * terminal) {
      stop.raise(
          "%d of %d trials failed, more than failures.max_share %s. The last: %s"
              .formatted(
                  failures, terminal, study.maxFailureShare(), completion.failure().message()));
    }
  }

  /** The same of a judge's call, which is no trial of its own. */
  void judged(String model, Completion completion, boolean reused) {
    boolean failed = completion.isFailure() && completion.failure().category().isProviderFailure();
    progress.countJudge(failed);
    if (!reused) {
      watchAccess(model, completion);
    }
    if (failed && !stop.isRaised()) {
      long calls = progress.judgeCalls();
      long failures = progress.failedJudgeCalls();
      if (calls >= TRIALS_BEFORE_STOPPING && failures > study.maxFailureShare() * calls) {
        stop.raise(
            "%d of %d calls of judges failed, more than failures.max_share %s. The last: %s"
                .formatted(
                    failures, calls, study.maxFailureShare(), completion.failure().message()));
      }
    }
  }

  /**
   * A model that turns its first call away in this leg would turn away the others; one that
   * answered before must do so time after time.
   */
  private void watchAccess(String model, Completion completion) {
    AtomicInteger inARow = turnedAway.computeIfAbsent(model, id -> new AtomicInteger());
    FailureCategory category = completion.isFailure() ? completion.failure().category() : null;
    if (category != FailureCategory.AUTH && category != FailureCategory.NO_MODEL) {
      answering.add(model);
      inARow.set(0);
      return;
    }
    boolean isFirst = !answering.contains(model);
    if ((isFirst || inARow.incrementAndGet() >= TURNED_AWAY_BEFORE_STOPPING) && !stop.isRaised()) {
      gone.add(model);
      stop.raise(
          "%s%s %s: %s"
              .formatted(
                  isFirst ? AT_FIRST_CALL : "",
                  model,
                  category == FailureCategory.AUTH ? "refuses the key" : "is not there to be asked",
                  completion.failure().message()));
    }
  }

  /** Whether the leg was stopped because that model turns all calls away. */
  boolean isTurnedAway(String model) {
    return gone.contains(model);
  }

  private void close() {
    crew.close();
    models.values().forEach(model -> model.provider().close());
    time.close();
    try {
      earlier.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
