package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.Assumptions;
import dev.gapline.pipeline.files.AssumptionsYaml;
import dev.gapline.pipeline.files.PilotStudy;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.pipeline.tables.LocalTables;
import dev.gapline.pipeline.tables.PilotResults;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code gapline pilot}: asks a few queries of a study, and writes what it should be planned with.
 */
@Command(
    name = "pilot",
    mixinStandardHelpOptions = true,
    description = {
      "Ask a seeded draw of a study's queries, a few times each, and write assumptions.yaml: rates,"
          + " clustering, missing answers, tokens and cost. `plan --assume` plans with it."
    })
public final class PilotCommand implements Callable<Integer> {

  /** The file that a pilot writes into its output. */
  static final String ASSUMPTIONS = "assumptions.yaml";

  @Spec private CommandSpec spec;

  @Option(
      names = "--queries",
      paramLabel = "Q",
      defaultValue = "12",
      description =
          "Queries of each scenario: the last of the study's seeded order, which a draw of the"
              + " others does not meet. Default: ${DEFAULT-VALUE}.")
  private int queries;

  @Option(
      names = "--samples",
      paramLabel = "K",
      defaultValue = "4",
      description = "How often each is asked, at least 2. Default: ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where everything is written. Default: out/STUDY-NAME-pilot.")
  private String out;

  @Mixin private StudyArgument study;

  @Mixin private Launch launch;

  @Override
  public Integer call() throws IOException {
    launch.check();
    StudyFile file = study.open();
    StudyFile pilot = PilotStudy.of(file, queries, samples);
    RunFolder folder = RunCommand.folder(out, pilot.study());
    PrintWriter messages = spec.commandLine().getErr();
    StudyRun.Result result = launch.run(pilot, folder, messages);
    Launch.sayHowItEnded(result, messages);
    if (result.status() == ExitStatus.COMPLETE) {
      String text = assumptions(file, pilot, folder, result);
      folder.store().replace(ASSUMPTIONS, text.getBytes(StandardCharsets.UTF_8));
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
      messages.println("Assumptions: %s/%s".formatted(folder.root(), ASSUMPTIONS));
    } else {
      messages.println("No assumptions are written before the pilot is complete.");
    }
    messages.flush();
    return result.status().code();
  }

  private static String assumptions(
      StudyFile file, StudyFile pilot, RunFolder folder, StudyRun.Result result)
      throws IOException {
    try (LocalTables tables = LocalTables.of(folder, result.state(), "trials")) {
      Assumptions assumptions =
          PilotResults.assumptions(
              pilot.study(), file.study().name(), tables.folder(), result.state());
      return AssumptionsYaml.write(assumptions);
    }
  }
}
