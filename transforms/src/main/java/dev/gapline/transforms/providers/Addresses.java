package dev.gapline.transforms.providers;

import dev.gapline.schemas.ModelSpec;
import java.net.URI;
import java.util.Set;

/** Checks of what a study says of a model, made before anything is sent. */
final class Addresses {

  private Addresses() {}

  /**
   * A place below the model's {@code base_url}.
   *
   * @param usual where a model without a {@code base_url} is asked
   * @param path below the base, beginning with a slash
   * @throws IllegalArgumentException if it is not an address of a web server
   */
  static URI of(ModelSpec model, String usual, String path) {
    String base = model.baseUrl() == null ? usual : model.baseUrl().strip().replaceAll("/+$", "");
    try {
      URI address = URI.create(base + path);
      if (address.getHost() != null && Set.of("http", "https").contains(address.getScheme())) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw invalid(model, e);
    }
    throw invalid(model, null);
  }

  /**
   * Refuses a parameter that a request sets itself: there would be two of them.
   *
   * @throws IllegalArgumentException if the model has one of those names among its parameters
   */
  static void checkParameters(ModelSpec model, Set<String> reserved) {
    for (String parameter : model.parameters().keySet()) {
      if (reserved.contains(parameter)) {
        throw new IllegalArgumentException(
            "Invalid parameter of %s: %s. The study sets it elsewhere."
                .formatted(model.id(), parameter));
      }
    }
  }

  private static IllegalArgumentException invalid(ModelSpec model, Throwable cause) {
    return new IllegalArgumentException(
        "Invalid base_url of %s: %s. An address like http://127.0.0.1:8080/v1 is valid."
            .formatted(model.id(), model.baseUrl()),
        cause);
  }
}
