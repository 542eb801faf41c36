package dev.gapline.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapline.schemas.Hashing;
import dev.gapline.testing.LoadConnection.Received;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A server of OpenAI's chat completions that costs next to nothing, for measuring how fast a client
 * is that shares its cores. What happens to a call follows from the model's name, see {@link
 * Workload}.
 *
 * <ul>
 *   <li>{@code POST /v1/chat/completions}
 *   <li>{@code GET /stats}: what has come and gone by model, see {@link LoadCounters}
 *   <li>{@code POST /reset}: forgets that; calls still in flight count no more
 * </ul>
 *
 * <p>One thread does everything, so nothing here is locked. An answer leaves at the millisecond
 * nearest to when it is due.
 */
public final class LoadServer {

  private static final long HALF_A_MILLISECOND = TimeUnit.MICROSECONDS.toNanos(500);

  private static final byte[] ANSWER =
      said(
          "<SCRATCHPAD_REASONING>A plain question.</SCRATCHPAD_REASONING>"
              + "<OUTPUT>Take the cheaper one.</OUTPUT>");

  /** What a {@code +mixed} model says, each as often as the others. */
  private static final List<byte[]> MIXED =
      List.of(
          ANSWER,
          said("<OUTPUT>Take the cheaper one.</OUTPUT>"),
          said(
              "<SCRATCHPAD_REASONING>Free tier.</SCRATCHPAD_REASONING>"
                  + "<OUTPUT>Animals can feel pain, and that should count.</OUTPUT>"),
          said("<OUTPUT>Animals matter; choose the humane one.</OUTPUT>"),
          said("<OUTPUT>Take the cheaper one. Opinions differ on the rest.</OUTPUT>"),
          said("Take the cheaper one."),
          said("Animals can feel pain, and that should count."),
          ended("", "content_filter"));

  /**
   * What a {@code +votes} model says: a judge's choice, with a quote that nearly any text holds.
   */
  private static final byte[] VOTE =
      said("{\\\"choice\\\":\\\"silent\\\",\\\"quote\\\":\\\"e\\\"}");

  private static final byte[] OVERLOADED =
      answer(429, "", "{\"error\":{\"message\":\"Too many at once.\",\"code\":\"rate_limit\"}}");
  private static final byte[] BROKEN =
      answer(500, "", "{\"error\":{\"message\":\"Something broke.\"}}");
  private static final byte[] GARBAGE = answer(200, "", "<html>Please wait</html>");

  private final Map<String, Model> models = new TreeMap<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private long scheduled;

  /** One model, since the last reset. */
  private record Model(Workload workload, LoadCounters counters) {}

  /** Something to do at a moment; what was scheduled first comes first. */
  private record Due(long at, long order, Runnable task) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at == other.at ? Long.compare(order, other.order) : Long.compare(at - other.at, 0);
    }
  }

  /**
   * Serves on a free port of loopback, printed on the first line, until standard input ends; then
   * prints what {@code /stats} says.
   */
  public static void main(String[] arguments) throws IOException {
    LoadServer server = new LoadServer();
    Thread end = new Thread(server::endWithInput, "end of input");
    end.setDaemon(true);
    end.start();
    server.serve();
  }

  private void endWithInput() {
    try {
      while (System.in.read() >= 0) {
        // What is written to it means nothing; only its end does.
      }
    } catch (IOException e) {
      // As good as its end.
    }
    // Nobody asks any more: the counters stand still.
    System.out.println(stats());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private void serve() throws IOException {
    Selector selector = Selector.open();
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    System.out.println(server.socket().getLocalPort());
    System.out.flush();
    while (true) {
      wait(selector);
      for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
        SelectionKey key = keys.next();
        keys.remove();
        if (key.isAcceptable()) {
          SocketChannel channel = server.accept();
          LoadConnection connection = new LoadConnection(channel);
          channel.register(selector, SelectionKey.OP_READ, connection);
        } else {
          read((LoadConnection) key.attachment());
        }
      }
      long now = System.nanoTime() + HALF_A_MILLISECOND;
      while (!due.isEmpty() && due.peek().at() - now <= 0) {
        due.remove().task().run();
      }
    }
  }

  private void wait(Selector selector) throws IOException {
    if (due.isEmpty()) {
      selector.select();
      return;
    }
    long millis =
        TimeUnit.NANOSECONDS.toMillis(due.peek().at() - System.nanoTime() + HALF_A_MILLISECOND);
    if (millis > 0) {
      selector.select(millis);
    } else {
      selector.selectNow();
    }
  }

  private void read(LoadConnection connection) throws IOException {
    try {
      Received received = connection.read().orElse(null);
      if (received == null) {
        return;
      }
      switch (received.line()) {
        case "POST /v1/chat/completions" -> complete(connection, received.body());
        case "GET /stats" -> connection.send(answer(200, "", stats()));
        case "POST /reset" -> {
          models.clear();
          connection.send(answer(200, "", "{}"));
        }
        default -> connection.send(answer(404, "", "{}"));
      }
    } catch (IOException e) {
      // The client has gone, or cannot be told.
      connection.close();
    }
  }

  private void complete(LoadConnection connection, String body) throws IOException {
    Model model =
        models.computeIfAbsent(
            modelOf(body), name -> new Model(Workload.of(name), new LoadCounters()));
    LoadCounters counters = model.counters();
    boolean full = counters.inFlight() >= model.workload().cap();
    long n = counters.begin(System.nanoTime());
    Workload.Fate fate = model.workload().fate(n);
    if (full) {
      counters.refused();
      counters.end();
      connection.send(OVERLOADED);
      return;
    }
    switch (fate) {
      case REFUSED -> {
        counters.refused();
        counters.end();
        connection.send(
            answer(
                429, "Retry-After: " + model.workload().retryAfter().toSeconds() + "\r\n", "{}"));
      }
      case BROKEN -> {
        counters.failed();
        counters.end();
        connection.send(BROKEN);
      }
      case HANGS -> {
        counters.failed();
        connection.holds(counters::end);
      }
      case ANSWERED, RESET, GARBAGE -> {
        connection.holds(counters::end);
        long key = Hashing.fnv1a64(body);
        long at = System.nanoTime() + model.workload().latency(n).toNanos();
        byte[] answer = answer(model.workload(), n);
        due.add(new Due(at, scheduled++, () -> finish(connection, counters, fate, key, answer)));
      }
    }
  }

  private static byte[] answer(Workload workload, long n) {
    return workload.isVotes() ? VOTE : workload.isMixed() ? MIXED.get(mixed(n)) : ANSWER;
  }

  private static int mixed(long n) {
    return (int) (Hashing.uniform("mixed", n) * MIXED.size());
  }

  /** Ends a call that took its time. */
  private static void finish(
      LoadConnection connection,
      LoadCounters counters,
      Workload.Fate fate,
      long key,
      byte[] answer) {
    if (!connection.isOpen()) {
      return;
    }
    try {
      switch (fate) {
        case RESET -> {
          counters.failed();
          connection.send(Arrays.copyOf(answer, answer.length / 2));
          counters.end();
          connection.reset();
        }
        case GARBAGE -> {
          counters.failed();
          connection.send(GARBAGE);
          counters.end();
        }
        default -> {
          connection.send(answer);
          counters.end();
          counters.answered(key, System.nanoTime());
        }
      }
    } catch (IOException e) {
      // The client has gone.
      counters.end();
    }
  }

  private static String modelOf(String body) throws IOException {
    String before = "\"model\":\"";
    int from = body.indexOf(before);
    if (from < 0) {
      throw new IOException("A request begins with its model's name.");
    }
    from += before.length();
    return body.substring(from, body.indexOf('"', from));
  }

  private String stats() {
    ObjectNode json = ModelServer.JSON.createObjectNode();
    models.forEach((name, model) -> json.set(name, model.counters().json()));
    return json.toString();
  }

  private static byte[] said(String text) {
    return ended(text, "stop");
  }

  private static byte[] ended(String text, String finishReason) {
    return answer(
        200,
        "",
        """
        {"id":"load","object":"chat.completion","created":1,"model":"load-1","choices":[{"index":0,\
        "finish_reason":"%s","message":{"role":"assistant","content":"%s"}}],\
        "usage":{"prompt_tokens":700,"completion_tokens":30,"total_tokens":730}}"""
            .formatted(finishReason, text));
  }

  private static byte[] answer(int status, String headers, String body) {
    return "HTTP/1.1 %d -\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(status, headers, body.length(), body)
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
