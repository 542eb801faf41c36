package dev.gapline.transforms.providers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A server on loopback that answers every request alike and remembers what it was sent. */
final class ScriptedServer implements AutoCloseable {

  /** What was sent: the path with its query, the headers in small letters, the body. */
  record Seen(String path, Map<String, String> headers, String body) {}

  private final HttpServer server;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  ScriptedServer(int status, Map<String, String> headers, String body) {
    this.status = status;
    this.headers = headers;
    this.body = body.getBytes(StandardCharsets.UTF_8);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/base";
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> sent = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> sent.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      seen.add(
          new Seen(
              exchange.getRequestURI().toString(),
              sent,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      headers.forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
