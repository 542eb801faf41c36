package dev.gapline.pipeline.runs;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.tables.LocalTables;
import dev.gapline.pipeline.tables.Tables;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.EarlierLegs;
import dev.gapline.transforms.LedgerScan;
import dev.gapline.transforms.Leg;
import dev.gapline.transforms.LegDesk;
import dev.gapline.transforms.Legs;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.StopSignal;
import dev.gapline.transforms.TableSchema;
import dev.gapline.transforms.TrialSet;
import dev.gapline.transforms.Workers;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.apache.beam.sdk.PipelineResult;

/**
 * One start of a study on an output folder: takes the lease, indexes what earlier legs settled,
 * runs the pipeline, and checks that every planned trial is there.
 */
public final class StudyRun {

  private static final long MOST_TRIALS = 1_000_000_000L;

  private final StudyFile file;
  private final RunFolder folder;
  private final RunSettings settings;
  private final Messages messages;
  private final TrialSet answers;

  /** Says to a person what happens; nothing of it is the result. */
  public interface Messages {
    /** One line. */
    void say(String line);

    /** A leg begins; the returned handle is closed when it has ended. */
    AutoCloseable watch(Leg leg);
  }

  /**
   * How a run ended.
   *
   * @param state as committed
   * @param rows of trials, counted in the files themselves
   */
  public record Result(ExitStatus status, RunState state, long rows) {}

  /** A run of that study into that folder. */
  public StudyRun(StudyFile file, RunFolder folder, RunSettings settings, Messages messages) {
    this(file, folder, settings, messages, null);
  }

  private StudyRun(
      StudyFile file, RunFolder folder, RunSettings settings, Messages messages, TrialSet answers) {
    this.file = file;
    this.answers = answers;
    this.folder = folder;
    this.settings = settings;
    this.messages = messages;
  }

  /**
   * A run of that study that judges the answers of a stored run, whose trials are the study's, and
   * asks no subject.
   */
  public static StudyRun judging(
      StoredRun stored, StudyFile file, RunFolder folder, RunSettings settings, Messages messages) {
    TrialSet answers =
        TrialSet.of(stored.folder(), stored.state(), stored.study().study().analysis());
    return new StudyRun(file, folder, settings, messages, answers);
  }

  /**
   * Runs it to its end, here or on a cluster.
   *
   * @throws JobLost if its job on a cluster did not come to its end
   */
  public Result run() throws IOException {
    return start(true);
  }

  /** Submits it to a cluster and does not wait for its end; the result is how it stood. */
  public Result submit() throws IOException {
    return start(false);
  }

  private Result start(boolean isAwaited) throws IOException {
    Study study = file.study();
    StudyPlan plan = StudyPlan.of(study);
    if (plan.trials() > MOST_TRIALS) {
      throw new Refused(
          "%s has %,d trials; one run holds at most %,d. Ask fewer samples or queries."
              .formatted(study.name(), plan.trials(), MOST_TRIALS));
    }
    OutputCheck.open(folder);
    try (Lease lease = Lease.take(folder)) {
      Optional<RunState> before = StoredState.read(folder);
      before.ifPresent(state -> OutputCheck.refuseAnother(folder, state, study, answersOf()));
      outlast();
      String digest = Hashing.hex(32, file.resolved(), study.scenarios().toString());
      if (before.isPresent() && isComplete(before.get(), digest)) {
        messages.say("Every trial of this study is settled: nothing to ask.");
        folder.link(before.get().tablesLeg());
        return new Result(ExitStatus.COMPLETE, before.get(), rows(before.get()));
      }
      String name = Legs.begin(folder);
      try (Interrupts interrupts = Interrupts.to(() -> stop(name))) {
        Leg leg = begin(name, plan, digest, before);
        if (settings.submission() == null) {
          watched(leg, () -> pipeline(leg));
        } else {
          ClusterJob job = JobSubmission.submit(leg, settings, before, messages);
          if (!isAwaited) {
            return new Result(ExitStatus.COMPLETE, RunState.read(folder).orElseThrow(), 0);
          }
          watched(leg, job::await);
        }
      }
      return result(plan);
    }
  }

  /** The run whose answers are judged; null where subjects are asked. */
  private String answersOf() {
    return answers == null ? null : answers.run();
  }

  private interface Work {
    void run() throws IOException;
  }

  private void watched(Leg leg, Work work) throws IOException {
    try (AutoCloseable watched = messages.watch(leg)) {
      work.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("The run was not watched to its end.", e);
    }
  }

  /**
   * A job outlives the process that submitted it, and that one's lease: refuses to begin beside it,
   * and waits for workers that it left.
   */
  private void outlast() throws IOException {
    Optional<ClusterJob> left = ClusterJob.refuseLiving(folder);
    if (left.isEmpty()) {
      return;
    }
    String leg = Legs.last(folder).orElseThrow();
    // Also where nobody is heard yet: a job that still waits for slots must not begin then.
    new StopSignal(folder, leg).raise("Another process took this output.");
    Workers workers = Workers.of(folder, leg, System::nanoTime);
    if (workers.isAnyAtWork()) {
      messages.say("Workers of the last job may be at work: they are told to stop.");
      if (!ClusterJob.areGoneWithin(workers, Workers.STALE_AFTER.multipliedBy(3))) {
        throw new Refused(
            "%s: workers of %s are at work though it has ended. End them, or choose another --out."
                .formatted(folder.root(), left.get()));
      }
    }
  }

  private boolean isComplete(RunState state, String digest) throws IOException {
    if (state.state() != RunState.State.COMPLETE || !state.studyDigest().equals(digest)) {
      return false;
    }
    for (String table : TableSchema.NAMES) {
      for (String name : state.names(table)) {
        if (!folder.store().exists(name)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Sends nothing more in that leg, and lets it end in order. */
  private void stop(String leg) {
    messages.say(
        "Interrupted: nothing more is sent, what is in flight is waited for. Once more ends at once.");
    // The file first: a desk that opens after we looked for one finds it before its first call.
    new StopSignal(folder, leg).raise("Interrupted.");
    LegDesk.of(folder, leg).ifPresent(desk -> desk.stop().reason());
  }

  private Leg begin(String name, StudyPlan plan, String digest, Optional<RunState> before)
      throws IOException {
    Study study = plan.study();
    EarlierLegs.Summary earlier = EarlierLegs.index(folder, name);
    earlier.damaged().forEach(segment -> messages.say("Damaged at its end: ledger/" + segment));
    if (earlier.openIntents() > 0) {
      messages.say(
          "Up to %,d trials may have been paid twice: an earlier start ended while they were asked."
              .formatted(earlier.openIntents()));
    }
    sayWhatWasNotPriced(study, earlier);
    Store store = folder.store();
    store.replace("study.yaml", file.resolved().getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, String> scenario : file.scenarioFiles().entrySet()) {
      store.replace(
          "scenarios/" + scenario.getKey(), scenario.getValue().getBytes(StandardCharsets.UTF_8));
    }
    Leg leg =
        new Leg(
            folder,
            name,
            study,
            digest,
            settings.lanes(),
            earlier,
            settings.submission() != null,
            answers);
    RunState.begin(before, leg, plan.trials()).write(folder);
    return leg;
  }

  /** A ceiling in dollars cannot hold what was paid when nobody knew a price. */
  private void sayWhatWasNotPriced(Study study, EarlierLegs.Summary earlier) throws IOException {
    if (study.budgetUsd() == null || earlier.calls() == 0) {
      return;
    }
    LongAdder unpriced = new LongAdder();
    LedgerScan unused =
        LedgerScan.of(
            folder,
            (leg, entry) -> {
              Response answer = entry.completion().response();
              boolean isSimulated =
                  answer != null && answer.model() != null && answer.model().startsWith("sim/");
              if (answer != null
                  && !isSimulated
                  && entry.costUsd() == null
                  && entry.charge().usd() == 0) {
                unpriced.increment();
              }
            });
    if (unpriced.sum() > 0) {
      messages.say(
          "%,d earlier answers were asked when their price was unknown: they are not counted against the ceiling in dollars."
              .formatted(unpriced.sum()));
    }
  }

  private void pipeline(Leg leg) throws IOException {
    PipelineResult.State ended = settings.pipeline(leg, "gapline").run().waitUntilFinish();
    if (ended != PipelineResult.State.DONE) {
      throw new IllegalStateException("The pipeline ended as " + ended + ".");
    }
  }

  private long rows(RunState state) throws IOException {
    try (LocalTables trials = LocalTables.of(folder, state, "trials")) {
      return Tables.rows(state.files(trials.folder(), "trials"));
    }
  }

  private static ExitStatus status(RunState state) {
    if (state.state() == RunState.State.COMPLETE) {
      return ExitStatus.COMPLETE;
    }
    return state.stopped() != null && state.stopped().startsWith(LegDesk.AT_FIRST_CALL)
        ? ExitStatus.REFUSED
        : ExitStatus.STOPPED;
  }

  private Result result(StudyPlan plan) throws IOException {
    RunState state =
        RunState.read(folder)
            .orElseThrow(() -> new IllegalStateException("run.json is missing after the run."));
    long rows = rows(state);
    if (rows != state.stored()
        || (state.state() == RunState.State.COMPLETE && rows != plan.trials())) {
      throw new IllegalStateException(
          "The tables hold %,d trials; the receipts say %,d and the grid has %,d."
              .formatted(rows, state.stored(), plan.trials()));
    }
    return new Result(status(state), state, rows);
  }
}
