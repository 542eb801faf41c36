package dev.gapline.pipeline.files;

import dev.gapline.schemas.ModelSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether the keys that models need are there; says names only, never a value. */
public final class KeyCheck {

  private KeyCheck() {}

  /** One sentence that names every variable which is not set or blank; empty when none is. */
  public static Optional<String> missing(List<ModelSpec> models, Map<String, String> environment) {
    SortedMap<String, String> needed = new TreeMap<>();
    for (ModelSpec model : models) {
      if (model.keyEnv() != null && environment.getOrDefault(model.keyEnv(), "").isBlank()) {
        needed.merge(model.keyEnv(), model.id(), (ids, id) -> ids + ", " + id);
      }
    }
    if (needed.isEmpty()) {
      return Optional.empty();
    }
    String variables =
        needed.entrySet().stream()
            .map(entry -> "%s (for %s)".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(" and "));
    return Optional.of(
        "The environment variable%s %s %s not set."
            .formatted(
                needed.size() == 1 ? "" : "s", variables, needed.size() == 1 ? "is" : "are"));
  }
}
