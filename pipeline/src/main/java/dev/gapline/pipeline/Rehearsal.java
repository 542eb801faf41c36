package dev.gapline.pipeline;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a small study on each runner and keeps nothing. The launcher does this once per build, for
 * the JVM to note which classes a run loads and to have them ready at every later start.
 */
public final class Rehearsal {

  private static final String ANSWER =
      """
      {"model":"rehearsal","choices":[{"finish_reason":"stop","message":{"role":"assistant",\
      "content":"<SCRATCHPAD_REASONING>Hm.</SCRATCHPAD_REASONING><OUTPUT>Yes.</OUTPUT>"}}],\
      "usage":{"prompt_tokens":1,"completion_tokens":1}}""";

  private static final String STUDY =
      """
      study: rehearsal
      seed: 1
      scenarios: [animal-welfare]
      models:
        - id: sim/rehearsal
          simulate: {comply: {free: 0.3, paid: 0.1}}
        - id: openai/rehearsal
          base_url: http://127.0.0.1:%d/v1
          key_env: none
      queries: {take: 8}
      failures: {max_share: 1}
      """;

  private Rehearsal() {}

  /** Ends with status 0 if every run was complete. */
  public static void main(String[] arguments) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = ANSWER.getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, answer.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer);
          }
        });
    server.start();
    Path folder = Files.createTempDirectory("gapline-rehearsal");
    int worst = 0;
    try {
      Path study =
          Files.writeString(
              folder.resolve("study.yaml"), STUDY.formatted(server.getAddress().getPort()));
      for (String runner : List.of("direct", "flink")) {
        String out = folder.resolve(runner).toString();
        worst =
            Math.max(worst, Main.run("run", study.toString(), "--runner", runner, "--out", out));
      }
    } finally {
      delete(folder);
    }
    System.exit(worst);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
