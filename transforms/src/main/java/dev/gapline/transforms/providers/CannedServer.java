package dev.gapline.transforms.providers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A server on loopback within this process that answers every request alike: to warm a client. */
final class CannedServer implements AutoCloseable {

  private final ServerSocket socket;
  private final byte[] reply;

  /** Answers every request with that body. */
  CannedServer(int backlog, String answer) throws IOException {
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(body.length)
            .getBytes(StandardCharsets.US_ASCII));
    whole.writeBytes(body);
    reply = whole.toByteArray();
    socket = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  URI address() {
    return URI.create("http://127.0.0.1:%d/".formatted(socket.getLocalPort()));
  }

  /** Takes no more connections; those that are open end with their clients. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = socket.accept();
        start("answer", () -> answer(connection));
      }
    } catch (IOException e) {
      // It was closed: nobody needs it any more.
    }
  }

  private static void start(String what, Runnable task) {
    Thread thread = new Thread(task, "gapline-warm " + what);
    thread.setDaemon(true);
    thread.start();
  }

  private void answer(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      for (int length = bodyLength(in); length >= 0; length = bodyLength(in)) {
        in.skipNBytes(length);
        connection.getOutputStream().write(reply);
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  /** Reads a request's head; says how long its body is, -1 at the end of the connection. */
  private static int bodyLength(InputStream in) throws IOException {
    int length = 0;
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c != '\n') {
        line.append((char) c);
        continue;
      }
      String header = line.toString().strip().toLowerCase(Locale.ROOT);
      line.setLength(0);
      if (header.isEmpty()) {
        return length;
      }
      if (header.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
      }
    }
    return -1;
  }
}
