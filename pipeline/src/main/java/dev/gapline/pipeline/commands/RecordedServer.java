package dev.gapline.pipeline.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A server on loopback that answers as was recorded: to the same path and body what came then, in
 * the order of the recording where the same was asked more than once, its last answer again after
 * that. Whatever was not recorded is answered with status 404 and a sentence.
 */
final class RecordedServer implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private record Answer(int status, Map<String, String> headers, String body) {}

  private final Map<String, Deque<Answer>> answers = new HashMap<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private int exchanges;

  /**
   * Serves the exchanges in that folder.
   *
   * @param port 0 for a free one
   */
  RecordedServer(Path folder, int port) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      add(JSON.readTree(Files.readString(file)));
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  private void add(JsonNode exchange) {
    Map<String, String> headers = new HashMap<>();
    exchange
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    answers
        .computeIfAbsent(
            key(exchange.path("path").asText(), exchange.path("request").asText()),
            unseen -> new ArrayDeque<>())
        .add(
            new Answer(exchange.path("status").asInt(), headers, exchange.path("answer").asText()));
    exchanges++;
  }

  private static String key(String path, String body) {
    return path + "\n" + body;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** How many exchanges were found. */
  int exchanges() {
    return exchanges;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Answer answer = next(key(exchange.getRequestURI().getRawPath(), body));
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private synchronized Answer next(String key) {
    Deque<Answer> recorded = answers.get(key);
    if (recorded == null) {
      return new Answer(
          404,
          Map.of("Content-Type", "application/json"),
          "{\"error\":{\"message\":\"This request was not recorded.\",\"type\":\"not_recorded\"}}");
    }
    return recorded.size() > 1 ? recorded.remove() : recorded.peek();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
