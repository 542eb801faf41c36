package dev.gapline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A {@link ModelServer} in a process of its own, on the class path of the tests. */
public final class ServerProcess implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final Process process;
  private final String address;
  private final int port;

  private ServerProcess(Process process, String address, int port) {
    this.process = process;
    this.address = address;
    this.port = port;
  }

  /** Starts a server on loopback and returns when it answers. */
  public static ServerProcess start() {
    return start("127.0.0.1");
  }

  /** Starts a server at that address of this machine and returns when it answers. */
  public static ServerProcess start(String address) {
    // Surefire hides the class path in a jar of its own and keeps the true one here.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            ModelServer.class.getName(),
            address);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
      String port = lines.readLine();
      if (port == null) {
        throw new IllegalStateException("The model server did not start: " + process.waitFor());
      }
      return new ServerProcess(process, address, Integer.parseInt(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the model server started.", e);
    }
  }

  /** The {@code base_url} of a model on this server. */
  public String baseUrl() {
    return "http://%s:%d/v1".formatted(address, port);
  }

  /** What has come and gone, over all models; the names are those of {@link Counters}. */
  public JsonNode stats() {
    return get("/stats");
  }

  /** What has come and gone at one model. */
  public JsonNode stats(String model) {
    return get("/stats?model=" + URLEncoder.encode(model, StandardCharsets.UTF_8));
  }

  /** The last request to a model: {@code headers} and the text of its {@code body}. */
  public JsonNode last(String model) {
    return get("/last?model=" + URLEncoder.encode(model, StandardCharsets.UTF_8));
  }

  /** What was handed in by batches; the names are those of {@link BatchInterfaces}. */
  public JsonNode batched() {
    return get("/batched");
  }

  private JsonNode get(String path) {
    try (InputStream in =
        URI.create("http://" + address + ":" + port + path).toURL().openStream()) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the server. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
