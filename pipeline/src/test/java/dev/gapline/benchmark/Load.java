package dev.gapline.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the cases, each with every client in a fresh process and a fresh folder, and prints a table.
 * Seconds are those that the server counted, from the first request to the last answer.
 */
final class Load {

  private final Path launcher;
  private final Path work;
  private final List<Client> clients;

  private Load(Path launcher, Path work, List<Client> clients) {
    this.launcher = launcher;
    this.work = work;
    this.clients = clients;
  }

  /**
   * Runs the benchmark.
   *
   * @param arguments the launcher, a folder to work in, then names of cases and clients; without a
   *     name of either kind, the usual ones of that kind
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> names = List.of(arguments).subList(2, arguments.length);
    List<LoadCase> every =
        Stream.concat(LoadCase.all().stream(), LoadCase.growing().stream()).toList();
    List<LoadCase> cases = named(names, every, LoadCase.all(), LoadCase::name);
    List<Client> runners = List.of(Client.values());
    List<Client> clients = named(names, runners, runners, Client::label);
    List<String> valid =
        Stream.concat(every.stream().map(LoadCase::name), runners.stream().map(Client::label))
            .toList();
    if (!valid.containsAll(names)) {
      System.err.printf("%s: not a case or a client. Valid are %s.%n", names, valid);
      System.exit(2);
    }
    new Load(Path.of(arguments[0]), Path.of(arguments[1]), clients).run(cases);
  }

  /** Those of them that are named; the usual ones if none is. */
  private static <T> List<T> named(
      List<String> names, List<T> all, List<T> usual, Function<T, String> nameOf) {
    List<T> chosen = all.stream().filter(one -> names.contains(nameOf.apply(one))).toList();
    return chosen.isEmpty() ? usual : chosen;
  }

  private void run(List<LoadCase> cases) throws IOException, InterruptedException {
    System.out.println(
        "| case | ideal s | raw s | direct s | flink s | direct / raw | flink / raw | direct / ideal"
            + " | flink / ideal | 429 share | most in flight | answered twice | CPU ms a call"
            + " | others' cores | rows | target | met |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    try (ServerUnderLoad server = ServerUnderLoad.start()) {
      for (LoadCase load : cases) {
        Map<Client, Measured> runs = new EnumMap<>(Client.class);
        for (Client client : clients) {
          runs.put(client, run(load, client, server));
        }
        System.out.println(row(load, runs));
      }
    }
  }

  private Measured run(LoadCase load, Client client, ServerUnderLoad server)
      throws IOException, InterruptedException {
    Path study = Files.writeString(work.resolve("study.yaml"), load.study(server.baseUrl()));
    server.reset();
    Measured run =
        new TimedRun(load, server, work).of(client.command(launcher, study, work), client);
    System.err.printf(
        Locale.ROOT,
        "%s %s: requests %.2f s, all but the last %.2f s, process %.1f s, CPU %.1f s, peak %d MB, others %.2f"
            + " cores, %s, %s%n",
        load.name(),
        client.label(),
        run.requestSeconds(),
        run.allButLastSeconds(),
        run.wallSeconds(),
        run.cpuSeconds(),
        run.peakMegabytes(),
        run.othersCores(),
        run.outcome(),
        run.counters());
    return run;
  }

  private static String row(LoadCase load, Map<Client, Measured> runs) {
    double ideal = load.idealSeconds();
    double raw = seconds(runs.get(Client.RAW));
    double direct = seconds(runs.get(Client.DIRECT));
    double flink = seconds(runs.get(Client.FLINK));
    List<String> missed = new ArrayList<>();
    runs.forEach(
        (client, run) -> {
          boolean counts = client != Client.RAW;
          if (counts && !(run.isOk() && load.target().check().isMet(ideal, raw, run))) {
            missed.add(client.label());
          }
        });
    return Stream.of(
            load.name(),
            number(ideal),
            number(raw),
            number(direct),
            number(flink),
            number(direct / raw),
            number(flink / raw),
            number(direct / ideal),
            number(flink / ideal),
            each(runs, run -> "%.1f%%".formatted(100 * run.refusedShare())),
            each(runs, run -> run.counters().path("most_in_flight").asText()),
            each(runs, run -> run.counters().path("duplicates").asText()),
            each(runs, run -> number(run.cpuMillisPerCall())),
            each(runs, run -> number(run.othersCores())),
            each(runs, Measured::outcome),
            load.target().words(),
            missed.isEmpty() ? "yes" : "no: " + String.join(", ", missed))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** One figure per client, in the order of the clients. */
  private static String each(Map<Client, Measured> runs, Function<Measured, String> figure) {
    return runs.values().stream().map(figure).collect(Collectors.joining(", "));
  }

  private static double seconds(Measured run) {
    return run == null ? Double.NaN : run.requestSeconds();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
  }
}
