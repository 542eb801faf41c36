package dev.gapline.pipeline.files;

import java.util.Locale;
import java.util.stream.Collectors;

/** A value of a YAML file as JSON text; a map or a list may hold others. */
final class JsonText {

  private JsonText() {}

  /** The text of that value of the thing of that name. */
  static String of(Value value, String name) {
    String valid = "A number, true, false, text, a list or a map is valid.";
    if (value.isMap()) {
      return value.named("a parameter", valid).entrySet().stream()
          .map(entry -> Quoted.of(entry.getKey()) + ": " + of(entry.getValue(), entry.getKey()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value.isList()) {
      return value.items(valid).stream()
          .map(item -> of(item, name))
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return value.isNumber()
        ? value.decimal("a value of " + name, valid).toString()
        : value.isBoolean()
            ? value.text(valid).toLowerCase(Locale.ROOT)
            : Quoted.of(value.text("A number, true, false, text, a list or a map"));
  }
}
