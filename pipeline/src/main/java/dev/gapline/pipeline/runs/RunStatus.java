package dev.gapline.pipeline.runs;

import dev.gapline.pipeline.files.InvalidInput;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Sorted;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.LedgerScan;
import dev.gapline.transforms.PlannedCalls;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.StopSignal;
import dev.gapline.transforms.providers.Charge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * How a run stands, from its files alone: while another process works on it, after that has died,
 * and after its end.
 *
 * @param process that works on it; null when there is none
 * @param reason why sending stopped; null when it did not
 * @param isExact whether every planned trial was looked up; in a larger plan every outcome in the
 *     ledger counts for it
 * @param settled planned trials with an outcome, failures too
 * @param answered of those, with an answer
 * @param failed of those, by category
 * @param reused of those, settled before this leg
 * @param open calls of this leg without an outcome: in flight while a process works on it
 * @param mayBePaidTwice calls whose process died before an outcome was kept
 * @param calls over all legs, as are tokens, dollars and what is charged
 * @param judges what judges took of these
 * @param perSecond outcomes a second over the last minute; null when nothing is at work
 * @param secondsLeft at that rate; null when that is unknown
 */
public record RunStatus(
    String study,
    String leg,
    Condition state,
    String process,
    String reason,
    long planned,
    boolean isExact,
    long settled,
    long answered,
    SortedMap<String, Long> failed,
    long reused,
    long open,
    long mayBePaidTwice,
    long calls,
    long promptTokens,
    long completionTokens,
    double costUsd,
    Receipt.Judging judges,
    Charge charged,
    RunState.Budget budget,
    Double perSecond,
    Long secondsLeft) {

  private static final long LOOKED_UP = 50_000;

  /** What a run is doing. */
  public enum Condition {
    /** A process works on it. */
    RUNNING,
    /** A process ends it in order; nothing more is sent. */
    STOPPING,
    /** It was at work, and no process is. The same command goes on. */
    DEAD,
    /** Every planned trial is in the tables. */
    COMPLETE,
    /** It was stopped; the tables hold a prefix of the plan. */
    PARTIAL
  }

  public RunStatus {
    failed = Sorted.copyOf(failed);
  }

  /** Looks at that folder, whose {@code run.json} says {@code state}. */
  public static RunStatus of(RunFolder folder, RunState state, Clock clock) throws IOException {
    Optional<String> process = Holder.of(folder, state.leg());
    // A leg that has just begun has its folder before the state names it.
    String leg = process.isPresent() ? newestLeg(folder).orElse(state.leg()) : state.leg();
    Outcomes outcomes = new Outcomes(leg, clock.millis());
    LedgerScan scan = LedgerScan.of(folder, outcomes);
    Optional<StudyPlan> plan = plan(folder).filter(known -> known.trials() <= LOOKED_UP);
    Outcomes.Counts counts =
        plan.isPresent() ? outcomes.of(plan.get(), PlannedCalls.of(plan.get())) : outcomes.ofAll();
    Optional<String> stopped = new StopSignal(folder, leg).reason();
    Condition condition = condition(state, process.isPresent(), stopped.isPresent());
    long open = scan.openByLeg().getOrDefault(leg, 0L);
    long settled = Math.min(counts.settled(), state.planned());
    Double perSecond = process.isPresent() ? (Double) outcomes.perSecond() : null;
    return new RunStatus(
        state.study(),
        leg,
        condition,
        process.orElse(null),
        stopped.orElse(state.stopped()),
        state.planned(),
        plan.isPresent(),
        settled,
        settled - counts.failed().values().stream().mapToLong(Long::longValue).sum(),
        counts.failed(),
        counts.reused(),
        process.isPresent() ? open : 0,
        process.isPresent() ? scan.open() - open : scan.open(),
        scan.calls(),
        scan.promptTokens(),
        scan.completionTokens(),
        scan.costUsd(),
        scan.judging(),
        scan.charge(),
        state.budget(),
        perSecond,
        perSecond == null || perSecond <= 0
            ? null
            : Long.valueOf(Math.round((state.planned() - settled) / perSecond)));
  }

  private static Optional<String> newestLeg(RunFolder folder) throws IOException {
    if (!Files.isDirectory(folder.ledger())) {
      return Optional.empty();
    }
    try (Stream<Path> legs = Files.list(folder.ledger())) {
      return legs.map(leg -> leg.getFileName().toString())
          .filter(name -> name.matches("\\d{3,9}"))
          .max(Comparator.comparingInt(Integer::parseInt));
    }
  }

  private static Condition condition(RunState state, boolean isHeld, boolean isStopped) {
    if (isHeld) {
      return isStopped ? Condition.STOPPING : Condition.RUNNING;
    }
    return switch (state.state()) {
      case RUNNING -> Condition.DEAD;
      case COMPLETE -> Condition.COMPLETE;
      case PARTIAL -> Condition.PARTIAL;
    };
  }

  private static Optional<StudyPlan> plan(RunFolder folder) {
    try {
      return Optional.of(StudyPlan.of(StudyFile.open(folder.study()).study()));
    } catch (InvalidInput e) {
      // Of another version, or not written yet: the outcomes are counted as they are.
      return Optional.empty();
    }
  }

  /** For a person, one line a fact. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("%s, leg %s: %s".formatted(study, leg, headline()));
    StringBuilder failures = new StringBuilder();
    failed.forEach((category, count) -> failures.append(text(", %,d %s", count, category)));
    lines.add(
        text(
            "settled: %s%,d of %,d (%.0f%%): %,d answered%s; %,d reused",
            isExact ? "" : "about ",
            settled,
            planned,
            100.0 * settled / Math.max(1, planned),
            answered,
            failures,
            reused));
    if (process != null) {
      lines.add(text("open: %,d calls in flight", open));
    }
    if (mayBePaidTwice > 0) {
      lines.add(
          text(
              "lost: %,d calls were sent and their process died; they may be paid twice",
              mayBePaidTwice));
    }
    lines.add(
        text(
            "calls: %,d; tokens: %,d of prompts, %,d of answers; cost $%,.2f",
            calls, promptTokens, completionTokens, costUsd));
    if (judges.calls() > 0) {
      lines.add(
          text(
              "judges: %,d of these calls, %,d tokens, $%,.2f",
              judges.calls(), judges.tokens(), judges.costUsd()));
    }
    lines.add("charged: " + Spend.text(charged, budget));
    if (perSecond != null) {
      lines.add(
          text(
              "rate: %,.1f a second over the last minute, %s left",
              perSecond, secondsLeft == null ? "unknown time" : left(secondsLeft)));
    }
    return lines;
  }

  private String headline() {
    return switch (state) {
      case RUNNING -> "running (" + process + ")";
      case STOPPING -> "stopping (" + process + "): " + reason;
      case DEAD -> "dead: it was at work and no process is; the same command continues";
      case COMPLETE -> "complete";
      case PARTIAL -> "partial: " + reason;
    };
  }

  private static String left(long seconds) {
    Duration left = Duration.ofSeconds(seconds);
    return "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
