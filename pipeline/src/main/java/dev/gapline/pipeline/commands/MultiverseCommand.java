package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.StoredRun;
import dev.gapline.pipeline.tables.AnswerFormat;
import dev.gapline.pipeline.tables.LocalTables;
import dev.gapline.pipeline.tables.SpecificationTable;
import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.Multiverse;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TrialSet;
import dev.gapline.transforms.UnreadableTrials;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline multiverse}: the headlines under every published convention, without a call. */
@Command(
    name = "multiverse",
    mixinStandardHelpOptions = true,
    description = "Compute a run's headlines under every published convention, without any call.")
public final class MultiverseCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The output folder of a run that ended.")
  private String run;

  @Option(
      names = "--format",
      paramLabel = "table|csv|json",
      defaultValue = "table",
      description =
          "How the rows are printed; csv and json hold every digit. Default: ${DEFAULT-VALUE}.")
  private AnswerFormat format;

  @Option(
      names = "--out",
      paramLabel = "FILE.csv",
      description = "Write the rows into this file, as csv, and print only what holds.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    if (out != null && Files.isDirectory(out)) {
      throw new Refused("--out: %s is a folder. A file is valid.".formatted(out));
    }
    StoredRun stored = StoredRun.open(run);
    Study study = stored.study().study();
    PrintWriter messages = spec.commandLine().getErr();
    if (study.analysis().primary().isEmpty()) {
      throw new Refused(
          "%s: its analysis has no primary hypothesis. `gapline analyze --analysis` with one is valid."
              .formatted(run));
    }
    Multiverse multiverse = read(stored, study);
    SpecificationTable table = new SpecificationTable(study, multiverse.rows());
    print(table, messages);
    study.analysis().primary().stream()
        .map(Analysis.Hypothesis::measure)
        .distinct()
        .forEach(measure -> messages.println(multiverse.describe(measure) + "."));
    if (stored.state().state() != RunState.State.COMPLETE) {
      messages.printf(
          "%s: these tables hold %d of %d trials.%n",
          stored.state().state(), stored.state().stored(), stored.state().planned());
    }
    messages.flush();
    return ExitStatus.COMPLETE.code();
  }

  private Multiverse read(StoredRun stored, Study study) throws IOException {
    try (LocalTables trials = LocalTables.of(stored.folder(), stored.state(), "trials")) {
      return Multiverse.read(
          study,
          TrialSet.of(stored.folder(), stored.state(), study.analysis()),
          stored.state().files(trials.folder(), "trials"));
    } catch (UnreadableTrials e) {
      throw new Refused(run + ": " + e.getMessage(), e);
    }
  }

  /** The result is on stdout alone; beside csv and json, what holds is a message. */
  private void print(SpecificationTable table, PrintWriter messages) throws IOException {
    PrintWriter stdout = spec.commandLine().getOut();
    if (out != null) {
      Files.writeString(out, AnswerFormat.CSV.text(table.answer()), StandardCharsets.UTF_8);
      stdout.print(table.summary());
    } else if (format == AnswerFormat.TABLE) {
      stdout.print(table.text());
      stdout.println();
      stdout.print(table.summary());
    } else {
      stdout.print(format.text(table.answer()));
      messages.print(table.summary());
    }
    stdout.flush();
  }
}
