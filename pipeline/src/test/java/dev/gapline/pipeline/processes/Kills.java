package dev.gapline.pipeline.processes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;

/**
 * Runs studies that are killed with {@code kill -9} at random moments, some times each, and holds
 * what the ledger and the tables say against what the server has counted. {@code CrashTest} is one
 * such kill, at a fixed moment.
 *
 * <p>Of every kill: what was answered and not kept is no more than what was in flight; the next
 * start says how many trials may have been paid twice, and says no less than that. Of every study:
 * each trial once, everything that was kept is reused, nothing is asked twice that was not said,
 * and rates and gaps are the same bytes as those of the other studies.
 */
final class Kills {

  private static final int TRIALS = 1_200;
  private static final int IN_FLIGHT = 16;
  private static final int KILLS_OF_A_STUDY = 4;

  /** Of ten moments, one is after the last answer, while tables are written. */
  private static final double AMONG_THE_CALLS = 0.9;

  private static final int MOST_MILLIS_LATER = 400;
  private static final Pattern SAID =
      Pattern.compile("Up to ([0-9,]+) trials may have been paid twice");

  private final Path launcher;
  private final Path work;
  private final int kills;
  private final Random random;
  private final List<String> violations = new ArrayList<>();
  private int starts;
  private int killed;
  private long saidInAll;
  private long paidTwiceInAll;
  private byte[] rates;
  private byte[] gaps;

  /** What the server and the ledger have counted so far, and what the last start has said. */
  private record Counted(long answered, long settled, long said) {
    static final Counted NOTHING = new Counted(0, 0, 0);
  }

  private Kills(Path launcher, Path work, int kills, long seed) {
    this.launcher = launcher;
    this.work = work;
    this.kills = kills;
    this.random = new Random(seed);
  }

  /**
   * Kills so many times; the exit status is 1 if anything was violated.
   *
   * @param arguments the launcher, a folder to work in, the number of kills, the seed
   */
  public static void main(String[] arguments) throws IOException {
    Kills loop =
        new Kills(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            Integer.parseInt(arguments[2]),
            Long.parseLong(arguments[3]));
    say("%s kills, seed %s", arguments[2], arguments[3]);
    for (int study = 1; loop.killed < loop.kills; study++) {
      loop.study(study);
    }
    say(
        "%d kills in %d starts: %,d trials may have been paid twice, %,d were; %s",
        loop.killed,
        loop.starts,
        loop.saidInAll,
        loop.paidTwiceInAll,
        loop.violations.isEmpty()
            ? "nothing was lost, nothing else was paid twice"
            : "%d violations".formatted(loop.violations.size()));
    loop.violations.forEach(violation -> say("VIOLATED: %s", violation));
    System.exit(loop.violations.isEmpty() ? 0 : 1);
  }

  private void study(int number) throws IOException {
    Path folder = Files.createDirectories(work.resolve("study-" + number));
    Output output = new Output(folder.resolve("out"));
    try (ServerProcess server = ServerProcess.start()) {
      Path study = Studies.tiered(folder, server, "subject+slow-40", IN_FLIGHT, TRIALS);
      Counted before = Counted.NOTHING;
      for (int i = 0; i < KILLS_OF_A_STUDY && killed < kills; i++) {
        Counted after = kill(server, study, output, before);
        if (after == null) {
          say("study %d: ended before it could be killed", number);
          break;
        }
        before = after;
      }
      finish(number, server, study, output, before);
    }
  }

  /** Starts the command and kills it; null if it ended on its own before that. */
  private Counted kill(ServerProcess server, Path study, Output output, Counted before)
      throws IOException {
    String runner = runner();
    try (GaplineProcess process = start(study, output, runner)) {
      Patience.until(
          "the first answer of this start",
          () -> !process.isAlive() || answered(server) > before.answered());
      boolean isAmongTheCalls = random.nextDouble() < AMONG_THE_CALLS;
      long missing = Math.max(1, TRIALS - before.settled());
      long moment =
          before.settled() + (isAmongTheCalls ? (long) (random.nextDouble() * missing) : missing);
      // What an earlier kill had lost is answered again, so answers exceed trials by a few.
      long again = before.answered() - before.settled();
      Patience.until(
          "the moment of the kill", () -> !process.isAlive() || answered(server) >= moment + again);
      int laterMillis = random.nextInt(isAmongTheCalls ? 40 : MOST_MILLIS_LATER);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(laterMillis));
      boolean wasAlive = process.isAlive();
      GaplineProcess.Ended ended = process.kill();
      if (!wasAlive || ended.status() == 0) {
        expect(ended.status() == 0, "exit %d: %s", ended.status(), ended.stderr());
        return null;
      }
      killed++;
      Patience.until(
          "the server has noticed", () -> server.stats().path("in_flight").asLong() == 0);
      return examine(runner, server.stats(), output, before, said(ended));
    }
  }

  /** After a kill; what that start has said is about the kill before it. */
  private Counted examine(String runner, JsonNode seen, Output output, Counted before, long said) {
    Counted now = new Counted(seen.path("answered").asLong(), output.ledger().size(), said);
    long lost = now.answered() - before.answered() - (now.settled() - before.settled());
    say(
        "kill %d, %s: %,d answered, %,d of them by this start and of those %,d not kept;"
            + " of the kill before, up to %,d may have been paid twice; %,d asked twice in all",
        killed,
        runner,
        now.answered(),
        now.answered() - before.answered(),
        lost,
        said - before.said(),
        seen.path("repeated").asLong());
    expect(lost >= 0, "kill %d: %,d more are kept than were answered", killed, -lost);
    expect(lost <= IN_FLIGHT, "kill %d: %,d answers were lost", killed, lost);
    expectSaid(seen, before, said);
    return now;
  }

  /** What a start says of the kill before it. */
  private void expectSaid(JsonNode seen, Counted before, long said) {
    long more = said - before.said();
    expect(more >= 0 && more <= IN_FLIGHT, "after kill %d: up to %,d said", killed, more);
    expect(
        before.answered() - before.settled() <= said,
        "%,d were lost, %,d said",
        before.answered() - before.settled(),
        said);
    long repeated = seen.path("repeated").asLong();
    expect(repeated <= said, "%,d were asked twice, %,d said", repeated, said);
    long most = seen.path("max_in_flight").asLong();
    expect(most <= IN_FLIGHT, "%,d in flight", most);
  }

  /** Starts the command for the last time. */
  private void finish(int number, ServerProcess server, Path study, Output output, Counted before)
      throws IOException {
    String runner = runner();
    GaplineProcess.Ended ended;
    try (GaplineProcess process = start(study, output, runner)) {
      ended = process.end();
    }
    expect(ended.status() == 0, "study %d: exit %d: %s", number, ended.status(), ended.stderr());
    if (ended.status() != 0) {
      return;
    }
    JsonNode seen = server.stats();
    RunState state = output.state();
    boolean isAllReused = ended.stderr().contains("nothing to ask");
    long said = isAllReused ? state.mayBePaidTwice() : said(ended);
    expectSaid(seen, before, said);
    List<GenericRecord> trials = output.rows("trials");
    long ids = trials.stream().map(row -> row.get("trial_id").toString()).distinct().count();
    long paidTwice = seen.path("answered").asLong() - seen.path("answered_keys").asLong();
    say(
        "study %d, %s: complete, %,d reused, %,d trials once each; up to %,d may have been paid"
            + " twice, %,d were",
        number, runner, state.reused(), ids, said, paidTwice);
    expect(state.state() == RunState.State.COMPLETE, "study %d is %s", number, state.state());
    expect(trials.size() == TRIALS, "study %d: %,d rows", number, trials.size());
    expect(ids == TRIALS, "study %d: %,d ids", number, ids);
    expect(seen.path("answered_keys").asLong() == TRIALS, "study %d: %s", number, seen);
    expect(paidTwice <= said, "%,d were paid twice, %,d said", paidTwice, said);
    expect(
        isAllReused || state.reused() == before.settled(),
        "study %d: %,d reused, %,d were kept",
        number,
        state.reused(),
        before.settled());
    expectTheSameTables(number, output);
    saidInAll += said;
    paidTwiceInAll += paidTwice;
  }

  private void expectTheSameTables(int number, Output output) {
    if (rates == null) {
      rates = output.bytes("rates");
      gaps = output.bytes("gaps");
    }
    expect(java.util.Arrays.equals(rates, output.bytes("rates")), "study %d: other rates", number);
    expect(java.util.Arrays.equals(gaps, output.bytes("gaps")), "study %d: other gaps", number);
  }

  private String runner() {
    return starts++ % 2 == 0 ? "direct" : "flink";
  }

  private GaplineProcess start(Path study, Output output, String runner) {
    return GaplineProcess.of(
        Map.of("GAPLINE_JAVA_OPTS", "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir")),
        List.of(
            launcher.toString(),
            "run",
            study.toString(),
            "--out",
            output.path().toString(),
            "--runner",
            runner));
  }

  private static long answered(ServerProcess server) {
    return server.stats().path("answered").asLong();
  }

  private static long said(GaplineProcess.Ended ended) {
    Matcher said = SAID.matcher(ended.stderr());
    return said.find() ? Long.parseLong(said.group(1).replace(",", "")) : 0;
  }

  private void expect(boolean holds, String violation, Object... figures) {
    if (!holds) {
      violations.add(String.format(Locale.ROOT, violation, figures));
    }
  }

  private static void say(String line, Object... figures) {
    System.out.println(String.format(Locale.ROOT, line, figures));
  }
}
