package dev.gapline.pipeline.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/**
 * A real model behind llama.cpp's own server, where this machine has one: in the folder that the
 * environment variable GAPLINE_LLAMA names, or in {@code shared/llama} beside the checkout.
 */
final class LlamaServer implements AutoCloseable {

  private final Process process;
  private final Path log;
  private final int port;

  private LlamaServer(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /** Starts the server and returns when it answers; without one it says so and skips the tests. */
  static LlamaServer startOrSkip() throws IOException {
    Path home =
        find().orElseThrow(() -> skipped("neither GAPLINE_LLAMA nor shared/llama has a server"));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path log = Files.createTempFile("llama", ".log");
    Process process =
        new ProcessBuilder(
                home.resolve("serve").toString(),
                home.resolve("organism.gguf").toString(),
                Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    LlamaServer server = new LlamaServer(process, log, port);
    Patience.until("the model is loaded", () -> !process.isAlive() || server.isHealthy());
    if (!process.isAlive()) {
      String said = Files.readString(log);
      server.close();
      throw skipped("the server ended at once: " + said.strip());
    }
    return server;
  }

  private static Optional<Path> find() {
    String named = System.getenv("GAPLINE_LLAMA");
    if (named != null) {
      return Optional.of(Path.of(named)).filter(LlamaServer::isHome);
    }
    for (Path at = Path.of("").toAbsolutePath(); at.getParent() != null; at = at.getParent()) {
      Path beside = at.resolveSibling("shared").resolve("llama");
      if (isHome(beside)) {
        return Optional.of(beside);
      }
    }
    return Optional.empty();
  }

  private static boolean isHome(Path folder) {
    return Files.isExecutable(folder.resolve("serve"))
        && Files.exists(folder.resolve("organism.gguf"));
  }

  private static TestAbortedException skipped(String why) {
    System.err.println("SKIPPED, no real model was measured: " + why);
    return new TestAbortedException(why);
  }

  private boolean isHealthy() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:%d/health".formatted(port)).toURL().openConnection();
      return connection.getResponseCode() == 200;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The {@code base_url} of its model. */
  String baseUrl() {
    return "http://127.0.0.1:%d/v1".formatted(port);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
