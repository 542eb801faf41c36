package dev.gapline.pipeline.processes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.gapline.testing.ServerProcess;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Studies on a real Flink cluster: a JobManager and two TaskManagers as processes of this machine,
 * a model server in another. {@code deploy/benchmark/cluster} repeats what is here once.
 */
final class ClusterIT {

  private static final int TRIALS = 800;
  private static final int IN_FLIGHT = 16;
  private static final int TASK_MANAGERS = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path clusterFolder;
  private static LocalCluster cluster;

  @TempDir private Path folder;
  private ServerProcess server;
  private Output output;

  @BeforeAll
  static void up() {
    cluster = LocalCluster.up(clusterFolder.resolve("cluster"), TASK_MANAGERS, Map.of());
  }

  @AfterAll
  static void down() {
    cluster.close();
  }

  @BeforeEach
  void start() {
    server = ServerProcess.start();
    output = new Output(folder.resolve("out"));
  }

  @AfterEach
  void end() {
    server.close();
  }

  private Path study(String model) throws IOException {
    return Studies.tiered(folder, server, model, IN_FLIGHT, TRIALS);
  }

  private GaplineProcess submit(Path study, Object... more) {
    Object[] arguments = new Object[6 + more.length];
    arguments[0] = "submit";
    arguments[1] = study;
    arguments[2] = "--out";
    arguments[3] = output.path();
    arguments[4] = "--flink";
    arguments[5] = cluster.address();
    System.arraycopy(more, 0, arguments, 6, more.length);
    return GaplineProcess.start(arguments);
  }

  private GaplineProcess.Ended submitted(Path study, Object... more) {
    try (GaplineProcess process = submit(study, more)) {
      return process.end();
    }
  }

  private long answered() {
    return server.stats().path("answered").asLong();
  }

  /** Every trial is there once, and was answered; returns how many were answered twice. */
  private long requireAll() {
    assertEquals(RunState.State.COMPLETE, output.state().state());
    assertEquals(TRIALS, output.trials().size());
    JsonNode seen = server.stats();
    assertEquals(TRIALS, seen.path("answered_keys").asInt(), seen::toString);
    return seen.path("answered").asLong() - TRIALS;
  }

  private void requireSameTables(Path study) {
    Output direct = new Output(folder.resolve("direct"));
    GaplineProcess.Ended ended = GaplineProcess.run("run", study, "--out", direct.path());
    assertEquals(0, ended.status(), ended.stderr());
    for (String table : List.of("rates", "gaps", "contrasts", "sensitivity")) {
      assertArrayEquals(direct.bytes(table), output.bytes(table), table);
    }
  }

  @Test
  void aStudyOnAClusterHasTheTablesOfOneProcessAndKeepsItsLimit() throws IOException {
    Path study = study("subject+slow-20");
    GaplineProcess.Ended ended = submitted(study);
    assertEquals(0, ended.status(), ended.stderr());
    assertTrue(ended.stderr().contains("http://" + cluster.address() + "/#/job/"), ended.stderr());
    assertTrue(ended.stdout().contains("free - paid"), ended.stdout());
    assertEquals(0, requireAll(), "nothing was asked twice");
    assertTrue(server.stats().path("max_in_flight").asInt() <= IN_FLIGHT, server.stats()::toString);
    requireSameTables(study);

    GaplineProcess.Ended again = submitted(study);
    assertEquals(0, again.status(), again.stderr());
    assertTrue(again.stderr().contains("nothing to ask"), again.stderr());
  }

  @Test
  void aTaskManagerThatIsKilledCostsNoMoreThanItHadInFlight() throws IOException {
    Path study = study("subject+slow-100");
    try (GaplineProcess process = submit(study)) {
      Patience.until("some answers", () -> !process.isAlive() || answered() > TRIALS / 4);
      cluster.kill(cluster.taskManagers().get(0));
      cluster.add();
      GaplineProcess.Ended ended = process.end();
      assertEquals(0, ended.status(), ended.stderr());
    }
    assertTrue(requireAll() <= IN_FLIGHT / TASK_MANAGERS, server.stats()::toString);
    requireSameTables(study);
  }

  @Test
  void aTaskManagerThatFreezesAndComesBackDoesNoHarm() throws IOException {
    Path study = study("subject+slow-100");
    try (GaplineProcess process = submit(study)) {
      Patience.until("some answers", () -> !process.isAlive() || answered() > TRIALS / 4);
      int frozen = cluster.taskManagers().get(0);
      cluster.send(frozen, "STOP");
      try {
        Patience.until(
            "the others have asked the rest",
            () -> !process.isAlive() || server.stats().path("answered_keys").asInt() == TRIALS);
      } finally {
        cluster.send(frozen, "CONT");
      }
      GaplineProcess.Ended ended = process.end();
      assertEquals(0, ended.status(), ended.stderr());
    }
    assertTrue(requireAll() <= IN_FLIGHT / TASK_MANAGERS, server.stats()::toString);
    requireSameTables(study);
  }

  @Test
  void aJobManagerThatIsKilledEndsTheJobAndTheSameCommandGoesOn() throws IOException {
    Path study = study("subject+slow-100");
    try (GaplineProcess process = submit(study)) {
      Patience.until("some answers", () -> !process.isAlive() || answered() > TRIALS / 4);
      cluster.killJobManager();
      cluster.startJobManager();
      GaplineProcess.Ended ended = process.end();
      assertEquals(3, ended.status(), ended.stderr());
      assertTrue(ended.stderr().contains("The same command continues."), ended.stderr());
    }
    GaplineProcess.Ended again = submitted(study);
    assertEquals(0, again.status(), again.stderr());
    assertTrue(requireAll() <= IN_FLIGHT, server.stats()::toString);
    assertTrue(output.state().reused() >= TRIALS / 4, () -> output.state().toString());
    requireSameTables(study);
  }

  @Test
  void aJobThatNobodyWatchesIsSeenIsAloneAndCanBeStopped() throws IOException {
    Path study = study("subject+slow-300");
    GaplineProcess.Ended ended = submitted(study, "--detached");
    assertEquals(0, ended.status(), ended.stderr());
    Patience.until("some answers", () -> answered() > IN_FLIGHT);
    GaplineProcess.Ended status = GaplineProcess.run("status", output.path());
    assertTrue(status.stdout().contains("running (job "), status.stdout());
    assertTrue(status.stdout().contains(cluster.address()), status.stdout());

    for (GaplineProcess.Ended second :
        List.of(submitted(study), GaplineProcess.run("run", study, "--out", output.path()))) {
      assertEquals(2, second.status(), second.stderr());
      assertTrue(second.stderr().contains("works on this output"), second.stderr());
    }

    assertEquals(0, GaplineProcess.run("stop", output.path()).status());
    Patience.until("the end", () -> output.state().state() != RunState.State.RUNNING);
    assertEquals(RunState.State.PARTIAL, output.state().state());
    assertEquals("Stopped by gapline stop.", output.state().stopped());
    assertEquals(output.state().stored(), output.trials().size());

    Patience.until(
        "the job has gone",
        () -> GaplineProcess.run("status", output.path()).stdout().contains("partial"));
    GaplineProcess.Ended rest = submitted(study);
    assertEquals(0, rest.status(), rest.stderr());
    assertEquals(0, requireAll(), "nothing was asked twice");
  }

  @Test
  void aKeyThatAWorkerDoesNotHaveIsOneSentence() throws IOException {
    Path study = study("subject");
    Files.writeString(
        study, Files.readString(study).replace("key_env: none", "key_env: NO_SUCH_KEY"));
    GaplineProcess.Ended ended = submitted(study, "--yes");
    assertEquals(2, ended.status(), ended.stderr());
    assertTrue(
        ended
            .stderr()
            .contains("The environment variable NO_SUCH_KEY, which holds the key, is not"),
        ended.stderr());
    assertEquals(0, answered());
    assertTrue(
        GaplineProcess.run("status", output.path()).stdout().contains("NO_SUCH_KEY"),
        "status says so, too");
  }

  @Test
  void metricsOfEachModelAreThereWhileItRuns() throws IOException {
    Path study = study("subject+slow-100");
    try (GaplineProcess process = submit(study)) {
      Patience.until(
          "metrics of the model",
          () -> !process.isAlive() || metrics().contains("gapline_settled_openai/subject"));
      assertTrue(process.isAlive(), process.stderr());
      String metrics = metrics();
      for (String name : List.of("calls", "tokens", "spend_micro_usd", "in_flight")) {
        assertTrue(metrics.contains("gapline_" + name + "_openai/subject"), metrics);
      }
      assertEquals(0, process.end().status());
    }
  }

  /** The names of all metrics of all steps of the job that runs. */
  private static String metrics() {
    StringBuilder names = new StringBuilder();
    for (JsonNode job : get("/jobs").path("jobs")) {
      if (job.path("status").asText().equals("RUNNING")) {
        String path = "/jobs/" + job.path("id").asText();
        for (JsonNode step : get(path).path("vertices")) {
          names.append(get(path + "/vertices/" + step.path("id").asText() + "/subtasks/metrics"));
        }
      }
    }
    return names.toString();
  }

  private static JsonNode get(String path) {
    try (InputStream in = URI.create("http://" + cluster.address() + path).toURL().openStream()) {
      return JSON.readTree(in);
    } catch (IOException e) {
      return JSON.nullNode();
    }
  }

  @Test
  void flinkStartsItFromTheJarAsOperatorsDo() throws IOException, InterruptedException {
    Path study = study("subject");
    HttpRequest.BodyPublisher upload =
        HttpRequest.BodyPublishers.concat(
            HttpRequest.BodyPublishers.ofString(
                "--part\r\nContent-Disposition: form-data; name=\"jarfile\";"
                    + " filename=\"gapline-job.jar\"\r\n"
                    + "Content-Type: application/java-archive\r\n\r\n"),
            HttpRequest.BodyPublishers.ofFile(Path.of("target", "gapline-job.jar")),
            HttpRequest.BodyPublishers.ofString("\r\n--part--\r\n"));
    JsonNode uploaded = post("/jars/upload", "multipart/form-data; boundary=part", upload);
    String name = Path.of(uploaded.path("filename").asText()).getFileName().toString();
    String arguments =
        JSON.writeValueAsString(
            Map.of(
                "entryClass",
                "dev.gapline.pipeline.ClusterMain",
                "programArgsList",
                List.of(
                    "submit",
                    study.toString(),
                    "--flink",
                    "auto",
                    "--out",
                    output.path().toString())));
    JsonNode started =
        post(
            "/jars/" + name + "/run",
            "application/json",
            HttpRequest.BodyPublishers.ofString(arguments));
    assertTrue(started.has("jobid"), started::toString);
    Patience.until("the end", () -> output.state().state() != RunState.State.RUNNING);
    assertEquals(0, requireAll());
  }

  private static JsonNode post(String path, String type, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + cluster.address() + path))
            .header("Content-Type", type)
            .POST(body)
            .build();
    return JSON.readTree(
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  @Test
  void aClusterThatCannotRunItIsRefusedInASentenceAndNothingIsWritten() throws IOException {
    Path study = study("subject");
    GaplineProcess.Ended slots = submitted(study, "--parallelism", "9");
    assertEquals(2, slots.status());
    assertTrue(slots.stderr().contains("9 slots are asked for"), slots.stderr());

    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    other.createContext(
        "/",
        exchange -> {
          byte[] body =
              "{\"flink-version\":\"1.18.1\",\"slots-available\":8}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    other.start();
    String address = "127.0.0.1:" + other.getAddress().getPort();
    try {
      GaplineProcess.Ended version = at(study, address);
      assertEquals(2, version.status());
      assertTrue(
          version.stderr().contains("runs Flink 1.18.1. Flink 1.19.x is valid."), version.stderr());
    } finally {
      other.stop(0);
    }
    GaplineProcess.Ended nobody = at(study, address);
    assertEquals(2, nobody.status());
    assertTrue(nobody.stderr().contains("no Flink cluster answers at " + address), nobody.stderr());

    GaplineProcess.Ended elsewhere = at(study, "flink.invalid:8081");
    assertEquals(2, elsewhere.status());
    assertTrue(elsewhere.stderr().contains("--shared"), elsewhere.stderr());
    assertFalse(Files.exists(output.path()), "nothing was written");
    assertEquals(0, answered());
  }

  private GaplineProcess.Ended at(Path study, String address) {
    return GaplineProcess.run("submit", study, "--out", output.path(), "--flink", address);
  }
}
