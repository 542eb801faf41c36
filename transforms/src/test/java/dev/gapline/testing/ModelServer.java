package dev.gapline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A server of OpenAI's chat completions whose every answer follows from the request, so that a test
 * that asks the same gets the same.
 *
 * <p>What it does is chosen by the model's name, or by {@code [[behaviour:NAME]]} in a message; see
 * {@link Behaviours}. A name it does not know answers as the subject of a tiered scenario. After
 * the name, {@code +slow-200} delays every answer by 200 ms and {@code +limit-32} answers 429 to
 * whatever comes while 32 calls of that model are in flight; {@code +revoke-400} refuses the key
 * that came first from the 401st call of that model on, and no other key.
 *
 * <ul>
 *   <li>{@code POST /v1/chat/completions}
 *   <li>{@code POST /v1/messages}, {@code /v1/responses}, {@code /v1/models/NAME:generateContent}:
 *       always the subject of a tiered scenario; counted by path
 *   <li>batches of these, see {@link BatchInterfaces}
 *   <li>{@code GET /stats} and {@code GET /stats?model=NAME}: what has come and gone, see {@link
 *       Counters}
 *   <li>{@code GET /last?model=NAME}: the last request to that model, its headers and body
 * </ul>
 *
 * <p>It runs in its own process, started by {@link ServerProcess}, so that what it measures is not
 * slowed by what it measures.
 */
public final class ModelServer {

  static final JsonMapper JSON = new JsonMapper();

  private final Counters all = new Counters();
  private final Map<String, Counters> byModel = new ConcurrentHashMap<>();
  private final Map<String, String> lastByModel = new ConcurrentHashMap<>();
  private final Map<String, String> firstKeyByModel = new ConcurrentHashMap<>();
  private final ScheduledExecutorService later = Executors.newScheduledThreadPool(4);

  /** Serves on a free port, printed on the first line, until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    // Without these the server delays small answers by 40 ms and drops idle connections over 200.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "100000");
    System.setProperty("sun.net.httpserver.idleInterval", "3600");
    InetAddress address =
        arguments.length > 0
            ? InetAddress.getByName(arguments[0])
            : InetAddress.getLoopbackAddress();
    System.out.println(new ModelServer().start(address));
    System.out.flush();
    while (System.in.read() >= 0) {
      // What is written to it means nothing; only its end does.
    }
    // Exchanges that hang on purpose would hold an orderly stop for ever.
    Runtime.getRuntime().halt(0);
  }

  private int start(InetAddress address) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), 4096);
    server.createContext("/v1/chat/completions", this::complete);
    for (String other : List.of("/v1/messages", "/v1/responses", "/v1/models/")) {
      server.createContext(other, this::answerOtherwise);
    }
    new BatchInterfaces().addTo(server);
    server.createContext("/stats", this::stats);
    server.createContext("/last", this::last);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    return server.getAddress().getPort();
  }

  private void complete(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    JsonNode json = JSON.readTree(body);
    String model = json.path("model").asText();
    lastByModel.put(
        model,
        JSON.createObjectNode()
            .put("body", body)
            .set("headers", JSON.valueToTree(exchange.getRequestHeaders()))
            .toString());
    String trial = exchange.getRequestHeaders().getFirst("x-gapline-trial");
    String key = trial == null ? body : trial;
    Counters counters = byModel.computeIfAbsent(model, name -> new Counters());
    int asked = all.begin(key).asked();
    long place = counters.begin(key).place();
    Script script = Script.of(json);
    boolean refused = script.limit() > 0 && counters.inFlight() > script.limit();
    Call call = new Call(json, body, exchange.getRequestHeaders().getFirst("Authorization"), asked);
    Answer answer =
        refused
            ? Behaviours.OVERLOADED
            : isRevoked(call, script, place) ? Behaviours.REVOKED : script.behaviour().answer(call);
    if (answer.hangs()) {
      return;
    }
    if (script.slowMs() > 0 && !refused) {
      var unused =
          later.schedule(
              () -> sendAndCount(exchange, answer, key, counters),
              script.slowMs(),
              TimeUnit.MILLISECONDS);
    } else if (!sendAndCount(exchange, answer, key, counters)) {
      // The one way to make this server close a connection in the middle of an answer.
      throw new IOException("broken off");
    }
  }

  private void answerOtherwise(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getPath();
    Counters counters = byModel.computeIfAbsent(path, name -> new Counters());
    all.begin(path + body);
    counters.begin(path + body);
    sendAndCount(
        exchange, OtherInterfaces.answer(path, JSON.readTree(body), body), path + body, counters);
  }

  private boolean isRevoked(Call call, Script script, long place) {
    if (script.revokeAfter() == 0 || call.key() == null) {
      return false;
    }
    String first = firstKeyByModel.putIfAbsent(call.model(), call.key());
    return call.key().equals(first) && place > script.revokeAfter();
  }

  private boolean sendAndCount(
      HttpExchange exchange, Answer answer, String key, Counters counters) {
    all.leave();
    counters.leave();
    boolean sent = send(exchange, answer);
    all.end(key, answer.status(), sent);
    counters.end(key, answer.status(), sent);
    return sent;
  }

  /** Whether all of the answer was taken. */
  static boolean send(HttpExchange exchange, Answer answer) {
    try (exchange) {
      if (answer.dropsConnection()) {
        return false;
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status(), answer.promisedLength());
      try (OutputStream out = exchange.getResponseBody()) {
        answer.body().writeTo(out);
      }
      return true;
    } catch (IOException e) {
      // The client has gone, or the answer breaks off on purpose; both are counted.
      return false;
    }
  }

  private void stats(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    Counters counters =
        query == null
            ? all
            : byModel.getOrDefault(query.substring(query.indexOf('=') + 1), new Counters());
    reply(exchange, counters.json());
  }

  private void last(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    reply(exchange, lastByModel.getOrDefault(query.substring(query.indexOf('=') + 1), "{}"));
  }

  private static void reply(HttpExchange exchange, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
