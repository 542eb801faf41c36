package dev.gapline.pipeline.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A running Flink cluster, by the address of its REST interface.
 *
 * @param address {@code host:port}
 */
public record FlinkCluster(String address) {

  /**
   * The Flink against which Beam's runner here is built; another minor version speaks otherwise.
   */
  private static final String VERSION = "1.19.";

  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9._-]+):[0-9]{1,5}");
  private static final String CAUSE = "Caused by: ";

  /** What the pipeline throws with a sentence for a person. */
  private static final String OURS = IllegalStateException.class.getName() + ": ";

  private static final Pattern FAULT_CLASS =
      Pattern.compile("\\b(?:[a-z]\\w*\\.)+((?:[A-Z][\\w$]*)?(?:Exception|Error))\\b");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SLOTS_FREE_WITHIN = Duration.ofSeconds(20);
  private static final int NOT_FOUND = 404;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  public FlinkCluster {
    if (!ADDRESS.matcher(address).matches()) {
      throw new Refused(
          "--flink: %s is not an address. host:port of the cluster's REST interface is valid."
              .formatted(address));
    }
  }

  /** Where a person looks at it. */
  public URI web() {
    return URI.create("http://" + address);
  }

  /** Whether it runs on this machine alone, as far as its address tells. */
  public boolean isOnLoopback() {
    String host = web().getHost();
    return host != null
        && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
  }

  /** Refuses, in a sentence, what is no Flink of the version that Gapline speaks with. */
  public void requireFlink() {
    String version = overview().path("flink-version").asText();
    if (!version.startsWith(VERSION)) {
      throw new Refused(
          "--flink: %s runs Flink %s. Flink %sx is valid."
              .formatted(address, version.isEmpty() ? "of no known version" : version, VERSION));
    }
  }

  /**
   * Refuses, in a sentence, a cluster that could not run a job of so many slots. Slots that a job
   * has just left are free in some seconds, and are waited for.
   */
  public void requireSlots(int slots) {
    long began = System.nanoTime();
    JsonNode overview = overview();
    while (overview.path("slots-total").asInt() >= slots
        && overview.path("slots-available").asInt() < slots
        && System.nanoTime() - began < SLOTS_FREE_WITHIN.toNanos()) {
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
      overview = overview();
    }
    int free = overview.path("slots-available").asInt();
    if (free < slots) {
      throw new Refused(
          "--parallelism: %d slots are asked for, and %s has %d free of %d. At most %d, or more TaskManagers, is valid."
              .formatted(slots, address, free, overview.path("slots-total").asInt(), free));
    }
  }

  private JsonNode overview() {
    try {
      return get("/overview").orElseThrow(() -> new IOException("status 404"));
    } catch (IOException e) {
      throw new Refused(
          "--flink: no Flink cluster answers at %s (%s). The REST address of a running JobManager is valid."
              .formatted(address, said(e)),
          e);
    }
  }

  /**
   * The id of the job of that name; empty if the cluster knows none.
   *
   * @throws IOException if the cluster does not answer
   */
  Optional<String> jobNamed(String name) throws IOException {
    for (JsonNode job :
        get("/jobs/overview").map(all -> all.path("jobs")).orElse(JSON.nullNode())) {
      if (job.path("name").asText().equals(name)) {
        return Optional.of(job.path("jid").asText());
      }
    }
    return Optional.empty();
  }

  /**
   * The state of that job, in Flink's word; empty if the cluster does not know it.
   *
   * @throws IOException if the cluster does not answer
   */
  Optional<String> state(String job) throws IOException {
    return get("/jobs/" + job).map(all -> all.path("state").asText());
  }

  /** What ended that job, in a sentence; empty if it is not known. */
  Optional<String> fault(String job) throws IOException {
    return get("/jobs/" + job + "/exceptions")
        .map(all -> all.path("root-exception").asText(""))
        .flatMap(FlinkCluster::sentence);
  }

  /**
   * The sentence in a stack: of the lowest fault that bears one of ours, and what lies below it
   * unless that is in it; without packages.
   */
  static Optional<String> sentence(String stack) {
    String lowest = "";
    String ours = "";
    for (String line : stack.lines().toList()) {
      boolean isCause = line.startsWith(CAUSE);
      if (isCause || lowest.isEmpty()) {
        lowest = isCause ? line.substring(CAUSE.length()) : line;
        ours = lowest.startsWith(OURS) ? lowest.substring(OURS.length()) : ours;
      }
    }
    String message = lowest.substring(lowest.indexOf(": ") + 1).strip();
    String all =
        ours.isEmpty() ? lowest : ours.contains(message) ? ours : ours + " (" + lowest + ")";
    String said = FAULT_CLASS.matcher(all).replaceAll("$1").strip();
    return said.isEmpty() ? Optional.empty() : Optional.of(said.endsWith(".") ? said : said + ".");
  }

  /** The JSON at that path; empty where there is nothing. */
  private Optional<JsonNode> get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(web().resolve(path)).timeout(PATIENCE).GET().build();
    try {
      HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == NOT_FOUND) {
        return Optional.empty();
      }
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      return Optional.of(JSON.readTree(response.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted.", e);
    }
  }

  static String said(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
