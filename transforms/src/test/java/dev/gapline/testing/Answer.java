package dev.gapline.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What the server sends back, down to the bytes.
 *
 * @param status 0 to hang without a word, -1 to drop the connection without one
 * @param promisedLength as the content length, 0 for chunks; more than the body breaks off in it
 */
record Answer(int status, Map<String, String> headers, long promisedLength, Body body) {

  /** Writes itself. */
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  static Answer of(int status, String json) {
    return of(status, json.getBytes(StandardCharsets.UTF_8));
  }

  static Answer of(int status, byte[] bytes) {
    return new Answer(status, Map.of(), bytes.length, out -> out.write(bytes));
  }

  static Answer hanging() {
    return new Answer(0, Map.of(), 0, out -> {});
  }

  static Answer dropping() {
    return new Answer(-1, Map.of(), 0, out -> {});
  }

  Answer with(Map<String, String> newHeaders) {
    return new Answer(status, newHeaders, promisedLength, body);
  }

  Answer promising(long length) {
    return new Answer(status, headers, length, body);
  }

  /** The body, where it is text. */
  String text() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      body.writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  boolean hangs() {
    return status == 0;
  }

  boolean dropsConnection() {
    return status < 0;
  }
}
