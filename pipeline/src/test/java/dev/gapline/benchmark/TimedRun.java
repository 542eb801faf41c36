package dev.gapline.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs one process under a case's load, watches it, and leaves nothing behind. */
final class TimedRun {

  private static final Pattern ROWS =
      Pattern.compile("([0-9,]+) rows in trials == ([0-9,]+) trials");

  private final LoadCase load;
  private final ServerUnderLoad server;
  private final Path work;

  TimedRun(LoadCase load, ServerUnderLoad server, Path work) {
    this.load = load;
    this.server = server;
    this.work = work;
  }

  Measured of(ProcessBuilder command, Client client) throws IOException, InterruptedException {
    Path stdout = work.resolve("stdout");
    Path stderr = work.resolve("stderr");
    long began = System.nanoTime();
    OtherWork others = new OtherWork();
    Duration before = server.cpu();
    Process process =
        command.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
    // Whoever stops the benchmark stops what it has started.
    Thread stop = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      process.getOutputStream().close();
      Taken taken = new Taken(process.toHandle(), load.calls());
      boolean ended = false;
      while (!ended && System.nanoTime() - began < load.limit().toNanos()) {
        ended = process.waitFor(100, TimeUnit.MILLISECONDS);
        taken.look(server.counters(load.model()).path("answered").asLong());
      }
      double wall = (System.nanoTime() - began) / 1e9;
      double othersCores = others.cores(taken.cpu().plus(server.cpu()).minus(before));
      JsonNode counters = server.counters(load.model());
      String outcome = ended ? outcome(client, process.exitValue(), stdout, stderr) : "given up";
      return new Measured(
          counters,
          taken.millisPerCall(),
          taken.cpu().toNanos() / 1e9,
          wall,
          taken.peakMegabytes(),
          othersCores,
          outcome);
    } finally {
      process.destroyForcibly();
      process.onExit().join();
      Runtime.getRuntime().removeShutdownHook(stop);
      delete(work.resolve("out"));
    }
  }

  private String outcome(Client client, int status, Path stdout, Path stderr) throws IOException {
    if (status != 0) {
      List<String> said = Files.readAllLines(stderr);
      return "exit %d: %s".formatted(status, said.isEmpty() ? "" : said.get(said.size() - 1));
    }
    String calls = Integer.toString(load.calls());
    if (client == Client.RAW) {
      return Files.readString(stdout).strip().equals(calls) ? "ok" : "not all asked";
    }
    Matcher rows = ROWS.matcher(Files.readString(stderr));
    boolean all =
        rows.find()
            && rows.group(1).replace(",", "").equals(calls)
            && rows.group(2).replace(",", "").equals(calls);
    return all ? "ok" : "not every trial one row";
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * What a process takes: its largest memory, all of its processor's time, and that from the look
   * that finds half of the calls answered to the one that finds the last.
   */
  private static final class Taken {

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*([0-9]+) kB");

    private final ProcessHandle process;
    private final long calls;
    private Duration latest = Duration.ZERO;
    private Duration atHalf;
    private Duration atLast;
    private long answeredAtHalf;
    private long answeredAtLast;
    private long peakKilobytes;

    Taken(ProcessHandle process, long calls) {
      this.process = process;
      this.calls = calls;
    }

    void look(long answered) throws IOException {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      if (process.isAlive() && Files.exists(status)) {
        Matcher peak = PEAK.matcher(Files.readString(status));
        peakKilobytes = peak.find() ? Long.parseLong(peak.group(1)) : peakKilobytes;
      }
      latest = process.info().totalCpuDuration().orElse(latest);
      if (answered >= calls / 2 && answered > answeredAtLast) {
        if (atHalf == null) {
          atHalf = latest;
          answeredAtHalf = answered;
        }
        atLast = latest;
        answeredAtLast = answered;
      }
    }

    Duration cpu() {
      return latest;
    }

    long peakMegabytes() {
      return peakKilobytes / 1024;
    }

    double millisPerCall() {
      return atHalf == null || answeredAtLast == answeredAtHalf
          ? Double.NaN
          : atLast.minus(atHalf).toNanos() / 1e6 / (answeredAtLast - answeredAtHalf);
    }
  }
}
