package dev.gapline.transforms.providers;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Real traffic as files, one exchange each, so that somebody's bug report can become a test:
 * method, path and body of the request, status, headers and body of the answer. No request header
 * is kept, of the answer's only those that say how it is to be read, and the key is blotted out
 * wherever it stands. Safe for several threads and processes.
 */
final class Recording {

  /** Names the folder that is recorded into; nothing is recorded where it is not set. */
  static final String VARIABLE = "GAPLINE_RECORD";

  private static final Set<String> KEPT =
      Set.of("content-type", "retry-after", "retry-after-ms", "x-should-retry");

  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final Key key;
  private final Time time;

  private Recording(Path folder, Key key, Time time) {
    this.folder = folder;
    this.key = key;
    this.time = time;
  }

  /** Into that folder; null where it is not named. */
  static Recording into(String folder, Key key, Time time) {
    return folder == null || folder.isBlank() ? null : new Recording(Path.of(folder), key, time);
  }

  /** Adds one exchange. */
  void add(URI address, byte[] request, int status, HttpHeaders headers, byte[] answer) {
    ObjectNode exchange = JSON.createObjectNode();
    exchange.put("method", "POST");
    exchange.put("path", address.getRawPath());
    exchange.put("request", hidden(request));
    exchange.put("status", status);
    ObjectNode kept = exchange.putObject("headers");
    new TreeMap<>(headers.map()).forEach((name, values) -> keep(kept, name, values));
    exchange.put("answer", hidden(answer));
    try {
      Files.createDirectories(folder);
      // By their names, exchanges stand in the order in which they ended.
      String name = "%014d-%s".formatted(time.instant().toEpochMilli(), UUID.randomUUID());
      Path unfinished = folder.resolve(name + ".part");
      Files.writeString(unfinished, exchange.toPrettyString() + "\n");
      Files.move(unfinished, folder.resolve(name + ".json"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("The exchange could not be recorded.", e);
    }
  }

  private void keep(ObjectNode kept, String name, List<String> values) {
    if (KEPT.contains(name.toLowerCase(Locale.ROOT)) && !values.isEmpty()) {
      kept.put(name, key.hideIn(values.get(0)));
    }
  }

  private String hidden(byte[] text) {
    return key.hideIn(new String(text, StandardCharsets.UTF_8));
  }
}
