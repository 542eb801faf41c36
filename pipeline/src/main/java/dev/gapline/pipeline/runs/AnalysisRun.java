package dev.gapline.pipeline.runs;

import dev.gapline.pipeline.EvalPipeline;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.tables.LocalTables;
import dev.gapline.pipeline.tables.Tables;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.EarlierLegs;
import dev.gapline.transforms.Leg;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TrialSet;
import dev.gapline.transforms.UnreadableTrials;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/**
 * Makes all tables of a stored run again, in another folder, from its trials alone. Nothing is
 * asked, and the run itself is only read.
 */
public final class AnalysisRun {

  private static final String LEG = "001";

  private final StoredRun run;
  private final StudyFile file;
  private final RunFolder out;
  private final RunSettings settings;

  /**
   * How an analysis ended.
   *
   * @param state as committed; PARTIAL if the run is
   * @param rows of trials, counted in the files themselves
   */
  public record Result(RunState state, long rows) {}

  /**
   * An analysis of that run.
   *
   * @param file the run's study, perhaps with another analysis
   */
  public AnalysisRun(StoredRun run, StudyFile file, RunFolder out, RunSettings settings) {
    this.run = run;
    this.file = file;
    this.out = out;
    this.settings = settings;
    if (run.state().analysisOf() != null) {
      throw new Refused(
          "%s is itself an analysis of %s. That run is valid, so that what was declared before its trials were asked stays known."
              .formatted(run.folder().root(), run.state().analysisOf()));
    }
  }

  /** Makes the tables. */
  public Result run() throws IOException {
    open();
    try (Lease lease = Lease.take(out)) {
      refuseWhatIsNotOurs();
      TrialSet trials = TrialSet.of(run.folder(), run.state(), run.study().study().analysis());
      Leg leg = begin(trials);
      pipeline(leg, trials);
      return result();
    }
  }

  private void open() {
    try {
      if (!out.isRemote()) {
        if (!Files.exists(out.state()) && Files.isDirectory(out.path())) {
          try (Stream<Path> content = Files.list(out.path())) {
            if (content.anyMatch(file -> !file.equals(out.lease()))) {
              throw notEmpty();
            }
          }
        }
        Files.createDirectories(out.path());
        if (!Files.isWritable(out.path())) {
          throw new Refused("%s: this folder cannot be written to.".formatted(out.root()));
        }
      } else if (!out.store().exists("run.json") && !out.store().list("").isEmpty()) {
        throw notEmpty();
      }
    } catch (IOException e) {
      throw new Refused(
          "%s: this folder cannot be made or read (%s).".formatted(out.root(), e.getMessage()), e);
    }
  }

  /** Of what is there, only an analysis of the same run that did not end may be begun again. */
  private void refuseWhatIsNotOurs() {
    Optional<RunState> before = StoredState.read(out);
    if (before.isPresent()
        && (before.get().state() != RunState.State.RUNNING
            || !run.folder().root().equals(before.get().analysisOf()))) {
      throw notEmpty();
    }
  }

  private Refused notEmpty() {
    return new Refused(
        "--out: %s holds files already. An empty or a new folder is valid.".formatted(out.root()));
  }

  private Leg begin(TrialSet trials) throws IOException {
    Study study = file.study();
    RunState of = run.state();
    Leg leg =
        new Leg(
            out,
            LEG,
            study,
            StoredRun.digest(file),
            settings.lanes(),
            new EarlierLegs.Summary(
                of.planned(),
                of.calls(),
                of.promptTokens(),
                of.completionTokens(),
                of.costUsd(),
                of.judges(),
                Charge.NONE,
                of.mayBePaidTwice(),
                List.of()),
            false,
            null);
    RunState.beginAnalysis(trials, leg, of.planned()).write(out);
    Store store = out.store();
    store.replace("study.yaml", file.resolved().getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, String> scenario : file.scenarioFiles().entrySet()) {
      store.replace(
          "scenarios/" + scenario.getKey(), scenario.getValue().getBytes(StandardCharsets.UTF_8));
    }
    trials.bringTo(leg);
    return leg;
  }

  private void pipeline(Leg leg, TrialSet trials) {
    Pipeline pipeline = Pipeline.create(settings.options(trials.parts().size()));
    EvalPipeline.analyze(pipeline, leg, trials);
    PipelineResult.State ended;
    try {
      ended = pipeline.run().waitUntilFinish();
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UnreadableTrials damaged) {
          throw new Refused(run.folder().root() + ": " + damaged.getMessage(), e);
        }
      }
      throw e;
    }
    if (ended != PipelineResult.State.DONE) {
      throw new IllegalStateException("The pipeline ended as " + ended + ".");
    }
  }

  private Result result() throws IOException {
    RunState state =
        RunState.read(out)
            .orElseThrow(
                () -> new IllegalStateException("run.json is missing after the analysis."));
    long rows;
    try (LocalTables trials = LocalTables.of(out, state, "trials")) {
      rows = Tables.rows(state.files(trials.folder(), "trials"));
    }
    long planned = StudyPlan.of(file.study()).trials();
    if (rows != run.state().stored()
        || rows != state.stored()
        || state.planned() != planned
        || state.state() != run.state().state()) {
      throw new IllegalStateException(
          "The analysis is %s and holds %,d of %,d trials; the run is %s and holds %,d of %,d."
              .formatted(
                  state.state(),
                  rows,
                  state.planned(),
                  run.state().state(),
                  run.state().stored(),
                  run.state().planned()));
    }
    return new Result(state, rows);
  }
}
