package dev.gapline.pipeline.files;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The entries of a map whose keys are known. */
final class Fields {

  private final Value owner;
  private final Map<String, Value> values;

  Fields(Value owner, Map<String, Value> values) {
    this.owner = owner;
    this.values = values;
  }

  /** Of a map that was left out. */
  static Fields none() {
    return new Fields(null, Map.of());
  }

  /** The value of a key that must be there. */
  Value required(String key, String valid) {
    return optional(key)
        .orElseThrow(() -> owner.refuseKey(key, "nothing is given. %s is valid.".formatted(valid)));
  }

  /** The value of a key that may be left out. */
  Optional<Value> optional(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** The value of a key, or what holds when it is left out. */
  <T> T read(String key, T otherwise, Function<Value, T> read) {
    Value value = values.get(key);
    return value == null ? otherwise : read.apply(value);
  }

  /** A whole number within bounds, or what holds when it is left out. */
  int whole(String key, int otherwise, String what, int max) {
    return read(key, otherwise, value -> (int) value.whole(what, 1, max));
  }

  /** An error about a key, at its value when it is given and at the map when it is not. */
  InvalidInput refuse(String key, String sentence) {
    Value value = values.get(key);
    return value == null ? owner.refuseKey(key, sentence) : value.refuseUnseen(sentence);
  }
}
