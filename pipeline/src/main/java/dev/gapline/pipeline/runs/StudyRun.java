package dev.gapline.pipeline.runs;

import dev.gapline.pipeline.EvalPipeline;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.tables.Tables;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.EarlierLegs;
import dev.gapline.transforms.Leg;
import dev.gapline.transforms.LegDesk;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

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
    this.file = file;
    this.folder = folder;
    this.settings = settings;
    this.messages = messages;
  }

  /** Runs it to its end. */
  public Result run() throws IOException {
    Study study = file.study();
    StudyPlan plan = StudyPlan.of(study);
    if (plan.trials() > MOST_TRIALS) {
      throw new Refused(
          "%s has %,d trials; one run holds at most %,d. Ask fewer samples or queries."
              .formatted(study.name(), plan.trials(), MOST_TRIALS));
    }
    open();
    try (Lease lease = Lease.take(folder)) {
      Optional<RunState> before = StoredState.read(folder);
      refuseAnotherStudy(before);
      String digest = Hashing.hex(32, file.resolved(), file.scenarioFiles().toString());
      if (before.isPresent() && isComplete(before.get(), digest)) {
        messages.say("Every trial of this study is settled: nothing to ask.");
        folder.link(before.get().tablesLeg());
        return new Result(
            ExitStatus.COMPLETE, before.get(), Tables.rows(before.get().files(folder, "trials")));
      }
      Leg leg = begin(plan, digest, before);
      try (AutoCloseable watched = messages.watch(leg)) {
        pipeline(leg);
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("The run was not watched to its end.", e);
      }
      return result(plan);
    }
  }

  private void open() {
    try {
      Files.createDirectories(folder.path());
      if (!Files.isWritable(folder.path())) {
        throw new Refused("%s: this folder cannot be written to.".formatted(folder.root()));
      }
      if (!Files.exists(folder.state()) && !Files.exists(folder.lease())) {
        try (Stream<Path> content = Files.list(folder.path())) {
          if (content.findAny().isPresent()) {
            throw new Refused(
                "%s: this folder holds files that are not a run. An empty or a new folder is valid."
                    .formatted(folder.root()));
          }
        }
      }
    } catch (IOException e) {
      throw new Refused(
          "%s: this folder cannot be made or read (%s).".formatted(folder.root(), e.getMessage()),
          e);
    }
  }

  private void refuseAnotherStudy(Optional<RunState> before) {
    Study study = file.study();
    if (before.isEmpty()) {
      return;
    }
    RunState state = before.get();
    if (!state.study().equals(study.name()) || state.seed() != study.seed()) {
      throw new Refused(
          "%s holds another study: %s with seed %d, not %s with seed %d. Choose another --out."
              .formatted(folder.root(), state.study(), state.seed(), study.name(), study.seed()));
    }
  }

  private boolean isComplete(RunState state, String digest) {
    if (state.state() != RunState.State.COMPLETE || !state.studyDigest().equals(digest)) {
      return false;
    }
    return Stream.of("trials", "rates", "gaps")
        .allMatch(table -> state.files(folder, table).stream().allMatch(Files::exists));
  }

  private Leg begin(StudyPlan plan, String digest, Optional<RunState> before) throws IOException {
    Study study = plan.study();
    String name = nextLeg();
    Files.createDirectories(folder.ledger(name));
    EarlierLegs.Summary earlier = EarlierLegs.index(folder, name);
    earlier.damaged().forEach(segment -> messages.say("Damaged at its end: ledger/" + segment));
    if (earlier.openIntents() > 0) {
      messages.say(
          "Up to %,d trials may have been paid twice: an earlier start ended while they were asked."
              .formatted(earlier.openIntents()));
    }
    Files.writeString(folder.study(), file.resolved());
    for (Map.Entry<String, String> scenario : file.scenarioFiles().entrySet()) {
      Path copy = folder.path().resolve("scenarios").resolve(scenario.getKey());
      Files.createDirectories(copy.getParent());
      Files.writeString(copy, scenario.getValue());
    }
    RunState.begin(before, study, digest, name, plan.trials()).write(folder);
    return new Leg(
        folder,
        name,
        study,
        digest,
        earlier.costUsd(),
        earlier.calls(),
        earlier.promptTokens(),
        earlier.completionTokens(),
        earlier.openIntents());
  }

  private String nextLeg() throws IOException {
    int last = 0;
    if (Files.isDirectory(folder.ledger())) {
      try (Stream<Path> legs = Files.list(folder.ledger())) {
        for (String leg : legs.map(path -> path.getFileName().toString()).toList()) {
          if (leg.matches("\\d{3,9}")) {
            last = Math.max(last, Integer.parseInt(leg));
          }
        }
      }
    }
    return "%03d".formatted(last + 1);
  }

  private void pipeline(Leg leg) throws IOException {
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs(settings.options().toArray(String[]::new)).create());
    EvalPipeline.build(pipeline, leg, settings.lanes());
    Stopping stopping = Stopping.onInterrupt(leg);
    try {
      PipelineResult.State ended = pipeline.run().waitUntilFinish();
      if (ended != PipelineResult.State.DONE) {
        throw new IllegalStateException("The pipeline ended as " + ended + ".");
      }
    } finally {
      stopping.done();
    }
  }

  private Result result(StudyPlan plan) throws IOException {
    RunState state =
        RunState.read(folder)
            .orElseThrow(() -> new IllegalStateException("run.json is missing after the run."));
    long rows = Tables.rows(state.files(folder, "trials"));
    if (rows != state.stored()
        || (state.state() == RunState.State.COMPLETE && rows != plan.trials())) {
      throw new IllegalStateException(
          "The tables hold %,d trials; the receipts say %,d and the grid has %,d."
              .formatted(rows, state.stored(), plan.trials()));
    }
    return new Result(
        state.state() == RunState.State.COMPLETE ? ExitStatus.COMPLETE : ExitStatus.STOPPED,
        state,
        rows);
  }

  /** Hears Ctrl-C: nothing more is sent, and the process waits until partial tables are written. */
  private static final class Stopping {
    private final java.util.concurrent.CountDownLatch ended =
        new java.util.concurrent.CountDownLatch(1);
    private final Thread hook;
    private volatile boolean isInterrupted;

    private Stopping(Leg leg) {
      hook =
          new Thread(
              () -> {
                isInterrupted = true;
                LegDesk.of(leg).ifPresent(desk -> desk.stop().raise("Interrupted."));
                try {
                  ended.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                Runtime.getRuntime().halt(ExitStatus.STOPPED.code());
              },
              "stop on interrupt");
    }

    static Stopping onInterrupt(Leg leg) {
      Stopping stopping = new Stopping(leg);
      Runtime.getRuntime().addShutdownHook(stopping.hook);
      return stopping;
    }

    void done() {
      ended.countDown();
      if (!isInterrupted) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }
}
