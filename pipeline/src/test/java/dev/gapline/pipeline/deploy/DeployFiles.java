package dev.gapline.pipeline.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of this checkout by which Gapline is deployed. */
final class DeployFiles {

  private static final JsonMapper JSON = new JsonMapper();

  /** Tests run in the folder of their module. */
  private static final Path TOP = Path.of("").toAbsolutePath().getParent();

  private static final Path DEPLOY = TOP.resolve("deploy");

  private static final Pattern IGNORED =
      Pattern.compile("(.*/)?target/.*|keys\\.env|keys/.*|kubernetes/secret\\.yaml");

  private DeployFiles() {}

  /** The file at that path, seen from the top of the checkout. */
  static Path path(String place) {
    return TOP.resolve(place);
  }

  static String text(String place) {
    return text(path(place));
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that is kept under deploy/; git ignores the rest, which may hold keys. */
  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(DEPLOY)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !IGNORED.matcher(DEPLOY.relativize(file).toString()).matches())
          .sorted()
          .toList();
    }
  }

  /** The documents of a YAML file. */
  static List<JsonNode> yaml(Path file) {
    List<JsonNode> documents = new ArrayList<>();
    new Load(LoadSettings.builder().build())
        .loadAllFromString(text(file))
        .forEach(document -> documents.add(JSON.valueToTree(document)));
    return documents;
  }

  /** A property of the parent pom. */
  static String property(String name) {
    return first("<%1$s>([^<]*)</%1$s>".formatted(Pattern.quote(name)), text("pom.xml"));
  }

  /** The version of Gapline itself. */
  static String version() {
    return first("<artifactId>gapline</artifactId>\\s*<version>([^<]*)</version>", text("pom.xml"));
  }

  /** The settings that deploy/local-cluster writes, with what the environment does not set. */
  static Map<String, String> localCluster() {
    String script = text("deploy/local-cluster");
    String written = first("(?s)conf/config\\.yaml\" <<END\\n(.*?)\\nEND\\n", script);
    Matcher variable = Pattern.compile("(?m)^(\\w+)=(\\$\\{\\w+:-[^}]*\\})$").matcher(script);
    while (variable.find()) {
      written = written.replace("$" + variable.group(1), variable.group(2));
    }
    return settings(written.replaceAll("\\$\\{\\w+:-([^}]*)\\}", "$1"));
  }

  /**
   * The settings that compose.yaml gives to that service, as the image's entry point reads them.
   */
  static Map<String, String> compose(String service) {
    return settings(
        yaml(path("deploy/compose.yaml"))
            .get(0)
            .at("/services/%s/environment/FLINK_PROPERTIES".formatted(service))
            .asText());
  }

  /** The settings of a FlinkDeployment, with those that it has in fields of their own. */
  static Map<String, String> settings(JsonNode deployment) {
    JsonNode spec = deployment.path("spec");
    Map<String, String> settings = new LinkedHashMap<>();
    spec.path("flinkConfiguration")
        .fields()
        .forEachRemaining(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
    settings.put("jobmanager.memory.process.size", spec.at("/jobManager/resource/memory").asText());
    settings.put(
        "taskmanager.memory.process.size", spec.at("/taskManager/resource/memory").asText());
    return settings;
  }

  private static Map<String, String> settings(String lines) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String line : lines.lines().filter(line -> !line.startsWith("#")).toList()) {
      int colon = line.indexOf(": ");
      settings.put(line.substring(0, colon), line.substring(colon + 2));
    }
    return settings;
  }

  /** What the first group of the pattern matches in the text. */
  static String first(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("%s is not in the text.".formatted(pattern));
    }
    return matcher.group(1);
  }
}
