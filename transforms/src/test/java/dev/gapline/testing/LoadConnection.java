package dev.gapline.testing;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One connection of a {@link LoadServer}: enough of HTTP/1.1 for clients that keep connections
 * alive, give the length of their bodies and wait for an answer before they ask again.
 */
final class LoadConnection {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)");

  private final SocketChannel channel;
  private byte[] bytes = new byte[16 << 10];
  private int filled;

  /** Gives the call in flight here up, should the client leave. */
  private Runnable inFlight = () -> {};

  /**
   * A request.
   *
   * @param line without the version, such as {@code GET /stats}
   * @param body a character for each byte
   */
  record Received(String line, String body) {}

  LoadConnection(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /** Takes what has come; a request, once it is whole. */
  Optional<Received> read() throws IOException {
    if (filled == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * filled);
    }
    int came = channel.read(ByteBuffer.wrap(bytes, filled, bytes.length - filled));
    if (came < 0) {
      throw new EOFException();
    }
    filled += came;
    int body = endOfHead();
    if (body < 0) {
      return Optional.empty();
    }
    String head = new String(bytes, 0, body, StandardCharsets.ISO_8859_1);
    Matcher length = LENGTH.matcher(head);
    int end = body + (length.find() ? Integer.parseInt(length.group(1)) : 0);
    if (filled < end) {
      return Optional.empty();
    }
    filled = 0;
    return Optional.of(
        new Received(
            head.substring(0, head.indexOf(" HTTP/")),
            new String(bytes, body, end - body, StandardCharsets.ISO_8859_1)));
  }

  /** Where the body begins; -1 while the head is not whole. */
  private int endOfHead() {
    for (int i = 3; i < filled; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  void holds(Runnable givenUp) {
    inFlight = givenUp;
  }

  /** Sends an answer; it is far smaller than what a socket takes at once. */
  void send(byte[] answer) throws IOException {
    inFlight = () -> {};
    ByteBuffer out = ByteBuffer.wrap(answer);
    channel.write(out);
    if (out.hasRemaining()) {
      throw new IOException("The client does not read.");
    }
  }

  /** Ends it in order, or because the client has. */
  void close() throws IOException {
    inFlight.run();
    inFlight = () -> {};
    channel.close();
  }

  /** Ends it with a reset, as a server does that breaks down. */
  void reset() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    close();
  }
}
