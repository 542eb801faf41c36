package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Output;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.StoredState;
import dev.gapline.pipeline.tables.AnswerFormat;
import dev.gapline.pipeline.tables.LocalTables;
import dev.gapline.pipeline.tables.Sql;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TableSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline query}: SQL over a run's tables. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description = "Ask a run's tables in SQL: views trials, rates and gaps.")
public final class QueryCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DIR", description = "The run's output folder.")
  private String folder;

  @Parameters(index = "1", paramLabel = "SQL", description = "The query, in DuckDB's SQL.")
  private String sql;

  @Option(
      names = "--format",
      paramLabel = "table|csv|json",
      defaultValue = "table",
      description = "How the answer is printed. Default: ${DEFAULT-VALUE}.")
  private AnswerFormat format;

  @Override
  public Integer call() throws IOException {
    RunFolder run = Output.at(folder);
    RunState state = StoredState.require(run, folder);
    if (state.tablesLeg() == null) {
      throw new Refused("%s: this run has no tables yet.".formatted(folder));
    }
    if (state.state() != RunState.State.COMPLETE) {
      spec.commandLine()
          .getErr()
          .printf(
              "%s: these tables hold %d of %d trials.%n",
              state.state(), state.stored(), state.planned());
    }
    PrintWriter out = spec.commandLine().getOut();
    try (LocalTables local = LocalTables.of(run, state, TableSchema.NAMES.toArray(String[]::new));
        Sql tables = Sql.open(local.folder(), state)) {
      out.print(format.text(tables.ask(sql)));
    } catch (SQLException e) {
      throw new Refused("SQL: " + e.getMessage(), e);
    }
    out.flush();
    return ExitStatus.COMPLETE.code();
  }
}
