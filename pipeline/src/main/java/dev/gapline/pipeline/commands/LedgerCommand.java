package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.Lease;
import dev.gapline.pipeline.runs.Output;
import dev.gapline.pipeline.runs.StoredState;
import dev.gapline.pipeline.tables.AnswerFormat;
import dev.gapline.pipeline.tables.Sql;
import dev.gapline.transforms.LedgerCompaction;
import dev.gapline.transforms.LedgerInspection;
import dev.gapline.transforms.LedgerTotals;
import dev.gapline.transforms.LedgerVerification;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline ledger}: what was asked and what came back, shown, checked and made small. */
@Command(
    name = "ledger",
    mixinStandardHelpOptions = true,
    description = "Show, verify or compact a run's ledger: every call and what came back.")
public final class LedgerCommand implements Runnable {

  private static final List<String> COLUMNS =
      List.of(
          "leg",
          "settled",
          "failed",
          "returned",
          "open",
          "calls",
          "prompt_tokens",
          "completion_tokens",
          "cost_usd",
          "bytes",
          "damaged");

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing required subcommand: show, verify or compact.");
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "One line for each leg (a start of the command), and their total: settled outcomes, failures"
            + " by category among them, calls that returned with a failure and were made again, open"
            + " intents (calls that may have been paid without an answer), calls, tokens, cost,"
            + " bytes on disk, damaged segments. Changes nothing."
      })
  int show(
      @Parameters(paramLabel = "DIR", description = "The run's output.") String place,
      @Option(
              names = "--format",
              paramLabel = "table|csv|json",
              defaultValue = "table",
              description = "How the answer is printed. Default: ${DEFAULT-VALUE}.")
          AnswerFormat format)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    LedgerTotals all = LedgerTotals.NONE;
    for (LedgerInspection.Line line : LedgerInspection.lines(run(place))) {
      rows.add(row(line.leg(), line.totals()));
      all = all.plus(line.totals());
    }
    rows.add(row("all", all));
    PrintWriter out = spec.commandLine().getOut();
    out.print(format.text(new Sql.Answer(COLUMNS, rows)));
    out.flush();
    return ExitStatus.COMPLETE.code();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Read every block of every segment and check it, the keys, the receipts, and the tables that"
            + " run.json names. Each fault is a line: file, byte position, what is wrong."
      },
      exitCodeListHeading = "%nExit status:%n",
      exitCodeList = {"0:everything is whole", "1:there are faults", "2:DIR is not a run"})
  int verify(@Parameters(paramLabel = "DIR", description = "The run's output.") String place)
      throws IOException {
    List<LedgerVerification.Fault> faults = LedgerVerification.faults(run(place));
    PrintWriter out = spec.commandLine().getOut();
    for (LedgerVerification.Fault fault : faults) {
      out.printf(
          "%s: %s%s%n",
          fault.file(),
          fault.position() == null ? "" : "byte " + fault.position() + ": ",
          fault.what());
    }
    if (faults.isEmpty()) {
      out.println("Everything is whole.");
    }
    out.flush();
    if (!faults.isEmpty()) {
      PrintWriter messages = spec.commandLine().getErr();
      messages.printf(
          Locale.ROOT,
          "%,d faults. What is whole before a damaged place is used; the rest is asked again.%n",
          faults.size());
      messages.flush();
    }
    return faults.isEmpty() ? ExitStatus.COMPLETE.code() : ExitStatus.FAULT.code();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Rewrite what all legs settled into few large segments, so that the ledger is smaller and"
            + " starting on it reads less. No answer and no total changes; the old segments go when"
            + " the new ones are durable and read back. Refused while a process works on the run."
      })
  int compact(@Parameters(paramLabel = "DIR", description = "The run's output.") String place)
      throws IOException {
    RunFolder run = run(place);
    LedgerCompaction.Result result;
    try (Lease lease = Lease.take(run)) {
      result = LedgerCompaction.compact(run);
    }
    PrintWriter messages = spec.commandLine().getErr();
    messages.printf(
        Locale.ROOT,
        "%,d legs taken in, %,d outcomes kept, %,d bytes became %,d.%n",
        result.legs(),
        result.outcomes(),
        result.bytesBefore(),
        result.bytesAfter());
    messages.flush();
    return ExitStatus.COMPLETE.code();
  }

  private static RunFolder run(String place) {
    RunFolder folder = Output.at(place);
    var unused = StoredState.require(folder, place);
    return folder;
  }

  private static List<Object> row(String leg, LedgerTotals totals) {
    return List.of(
        leg,
        totals.settled(),
        failures(totals.failed()),
        totals.returned(),
        totals.openIntents(),
        totals.calls(),
        totals.promptTokens(),
        totals.completionTokens(),
        totals.costUsd(),
        totals.bytes(),
        String.join(" ", totals.damaged()));
  }

  /** {@code 3: timeout 2, auth 1}; {@code 0} when there is none. */
  private static String failures(Map<String, Long> failed) {
    long sum = failed.values().stream().mapToLong(Long::longValue).sum();
    return sum == 0
        ? "0"
        : new TreeMap<>(failed)
            .entrySet().stream()
                .map(category -> category.getKey() + " " + category.getValue())
                .collect(Collectors.joining(", ", sum + ": ", ""));
  }
}
