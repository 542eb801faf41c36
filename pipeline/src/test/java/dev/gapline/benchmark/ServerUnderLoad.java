package dev.gapline.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapline.testing.LoadServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A {@link LoadServer} in a process of its own. */
public final class ServerUnderLoad implements AutoCloseable {

  private static final int WARMING_CALLS = 2_000;
  private static final JsonMapper JSON = new JsonMapper();

  private final Process process;
  private final String address;

  private ServerUnderLoad(Process process, String port) {
    this.process = process;
    this.address = "http://127.0.0.1:" + port;
  }

  /** Starts it and returns when it answers. */
  public static ServerUnderLoad start() throws IOException {
    Process process =
        Java.command(LoadServer.class, "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    String port = lines.readLine();
    if (port == null) {
      throw new IOException("The load server did not start.");
    }
    ServerUnderLoad server = new ServerUnderLoad(process, port);
    server.warm();
    return server;
  }

  /** The first run must not pay for a server that is cold. */
  private void warm() throws IOException {
    for (int i = 0; i < WARMING_CALLS; i++) {
      JsonNode unused = send("POST", "/v1/chat/completions", "{\"model\":\"fixed-0\"}");
    }
  }

  /** The {@code base_url} of a model on this server. */
  public String baseUrl() {
    return address + "/v1";
  }

  /** What has come and gone at a model since the last reset; empty before its first request. */
  public JsonNode counters(String model) throws IOException {
    return send("GET", "/stats", "").path(model);
  }

  /** The processor's time that it has used. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Forgets what has come and gone. */
  public void reset() throws IOException {
    JsonNode unused = send("POST", "/reset", "");
  }

  private JsonNode send(String method, String path, String body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(address + path).toURL().openConnection();
    connection.setRequestMethod(method);
    if (!body.isEmpty()) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
    return JSON.readTree(connection.getInputStream());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
