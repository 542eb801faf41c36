package dev.gapline.pipeline.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A folder for kustomize, as far as these need one: resources, components and patches of
 * FlinkDeployments. Kustomize merges what Kubernetes does not know itself as RFC 7396 says (a list
 * replaces a list), and so does this; it was compared with what {@code kubectl kustomize} prints.
 */
record Kustomization(Path folder, JsonNode file) {

  static final String FILE = "kustomization.yaml";

  /** Those with a FlinkDeployment of their own to apply. */
  static final List<String> FOLDERS =
      List.of("base", "overlays/local", "overlays/cloud", "application");

  /** The one FlinkDeployment of that folder of deploy/kubernetes. */
  static JsonNode deployment(String folder) {
    List<JsonNode> deployments =
        in(DeployFiles.path("deploy/kubernetes/" + folder)).flinkDeployments();
    if (deployments.size() != 1) {
      throw new AssertionError("%s: %d FlinkDeployments.".formatted(folder, deployments.size()));
    }
    return deployments.get(0);
  }

  static Kustomization in(Path folder) {
    return new Kustomization(folder, DeployFiles.yaml(folder.resolve(FILE)).get(0));
  }

  /** Files and folders that it names in that list. */
  List<Path> named(String list) {
    List<Path> paths = new ArrayList<>();
    for (JsonNode entry : file.path(list)) {
      String name = entry.isTextual() ? entry.asText() : entry.path("path").asText();
      paths.add(folder.resolve(name).normalize());
    }
    return paths;
  }

  /** Its FlinkDeployments, with those of what it builds on. */
  List<JsonNode> flinkDeployments() {
    List<JsonNode> deployments = new ArrayList<>();
    for (Path resource : named("resources")) {
      deployments.addAll(
          Files.isDirectory(resource)
              ? in(resource).flinkDeployments()
              : flinkDeployments(resource));
    }
    for (Path component : named("components")) {
      in(component).patch(deployments);
    }
    patch(deployments);
    return deployments;
  }

  /** Lays its patches over those deployments. */
  void patch(List<JsonNode> deployments) {
    for (Path patch : named("patches")) {
      for (JsonNode change : flinkDeployments(patch)) {
        deployments.replaceAll(
            deployment ->
                deployment.path("metadata").equals(change.path("metadata"))
                    ? merge(deployment, change)
                    : deployment);
      }
    }
  }

  private static List<JsonNode> flinkDeployments(Path file) {
    return DeployFiles.yaml(file).stream()
        .filter(document -> document.path("kind").asText().equals("FlinkDeployment"))
        .toList();
  }

  /** RFC 7396. */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode merged =
        target.isObject() ? target.<ObjectNode>deepCopy() : JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      if (entry.getValue().isNull()) {
        merged.remove(entry.getKey());
      } else {
        merged.set(entry.getKey(), merge(merged.path(entry.getKey()), entry.getValue()));
      }
    }
    return merged;
  }
}
