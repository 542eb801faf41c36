package dev.gapline.pipeline.files;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One value of a YAML file, which knows its file, line and field. Each method asks for one type and
 * refuses every other in a sentence; {@code valid} is the end of that sentence.
 */
final class Value {

  private static final int MAX_DIGITS = 40;
  private static final int MAX_NAMES = 1000;
  private static final int MAX_SHOWN = 60;
  private static final int MAX_SENTENCE = 200;
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,8})?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");

  private static final String NAMES =
      "A letter or digit, then at most 79 letters, digits, dots, dashes and underscores, is valid.";

  private final String file;
  private final String field;
  private final String prefix;
  private final Node node;

  private Value(String file, String field, String prefix, Node node) {
    this.file = file;
    this.field = field;
    this.prefix = prefix;
    this.node = node;
  }

  /** A whole document; the fields in it are called by their own names. */
  static Value root(String file, String name, Node node) {
    return new Value(file, name, "", node);
  }

  /** The dotted name of a field in this map. */
  String inside(String key) {
    return prefix + key;
  }

  /** A part of this value that has no name of its own, such as an item of a list. */
  private Value of(Node part) {
    return new Value(file, field, prefix, part);
  }

  private List<NodeTuple> tuples(String valid) {
    if (node instanceof MappingNode map) {
      return map.getValue();
    }
    throw refuse("is not a map. %s is valid.".formatted(valid));
  }

  String field() {
    return field;
  }

  String file() {
    return file;
  }

  int line() {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  /** An error about this value, which it shows: {@code file:line: field: "value" sentence}. */
  InvalidInput refuse(String sentence) {
    return InvalidInput.at(file, line(), field, shown() + " " + sentence);
  }

  /** An error at this value that does not show it. */
  InvalidInput refuseUnseen(String sentence) {
    return InvalidInput.at(file, line(), field, sentence);
  }

  /**
   * An error about the name under which this value stands.
   *
   * @param what it is not, such as {@code a condition of this study}
   */
  InvalidInput refuseName(String name, String what, Collection<String> valid) {
    return refuseUnseen(
        "\"%s\" is not %s. %sValid: %s."
            .formatted(
                name,
                what,
                Suggestion.of(name, valid),
                valid.isEmpty() ? "none" : String.join(", ", valid)));
  }

  /** An error about a key of this map, such as one that is missing. */
  InvalidInput refuseKey(String key, String sentence) {
    return InvalidInput.at(file, line(), inside(key), sentence);
  }

  boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  boolean isMap() {
    return node instanceof MappingNode;
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isBoolean() {
    return node instanceof ScalarNode && node.getTag().equals(Tag.BOOL);
  }

  boolean isNumber() {
    return node instanceof ScalarNode
        && (node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT));
  }

  /** The value, or null when it says {@code null} or nothing. */
  <T> T orNull(Function<Value, T> read) {
    return isNull() ? null : read.apply(this);
  }

  /** The entries of a map by key, in the order of the file; a key given twice is refused. */
  private Map<String, Value> entries(String valid) {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : tuples(valid)) {
      Value key = of(tuple.getKeyNode());
      String name = key.text("A plain key");
      if (entries.put(name, of(tuple.getValueNode())) != null) {
        throw keyed(key, name, "is given twice. Each key once is valid.");
      }
    }
    return entries;
  }

  /** The entries of a map whose keys are known; {@code what} is the thing that has them. */
  Fields fields(String what, String... known) {
    List<String> keys = List.of(known);
    String valid = "A map of the keys " + String.join(", ", keys);
    Map<String, Value> entries = entries(valid);
    for (NodeTuple tuple : tuples(valid)) {
      Value key = of(tuple.getKeyNode());
      String name = key.text("A plain key");
      if (!keys.contains(name)) {
        throw keyed(
            key,
            name,
            "is not a key of %s. %sValid are %s."
                .formatted(what, Suggestion.of(name, keys), String.join(", ", keys)));
      }
      entries.put(name, new Value(file, inside(name), inside(name) + ".", tuple.getValueNode()));
    }
    return new Fields(this, entries);
  }

  private InvalidInput keyed(Value key, String name, String sentence) {
    return InvalidInput.at(file, key.line(), inside(clipped(name)), shown(name) + " " + sentence);
  }

  /** The entries of a map from names to values, such as conditions. */
  Map<String, Value> named(String what, String valid) {
    Map<String, Value> entries = entries(valid);
    if (entries.size() > MAX_NAMES) {
      throw refuse(
          "of %d names is too large. At most %d are valid.".formatted(entries.size(), MAX_NAMES));
    }
    for (String name : entries.keySet()) {
      if (!NAME.matcher(name).matches()) {
        throw entries
            .get(name)
            .refuseUnseen("%s is not a name of %s. %s".formatted(shown(name), what, NAMES));
      }
    }
    return entries;
  }

  /** The entries of a map from models, {@code provider/name}. */
  Map<String, Value> models(String valid) {
    Map<String, Value> entries = entries(valid);
    if (entries.isEmpty() || entries.size() > MAX_NAMES) {
      throw refuseUnseen(
          "the map has %d entries. 1 to %d are valid.".formatted(entries.size(), MAX_NAMES));
    }
    entries.forEach(
        (name, value) -> {
          if (!ModelsReader.ID.matcher(name).matches()) {
            throw value.refuseUnseen(
                "%s is not a model. provider/name, such as openai/gpt-4o, is valid."
                    .formatted(shown(name)));
          }
        });
    return entries;
  }

  /** Named entries, at least one. */
  Map<String, Value> someNamed(String what, String valid) {
    Map<String, Value> entries = named(what, valid);
    if (entries.isEmpty()) {
      throw refuseUnseen("the map is empty. %s is valid.".formatted(valid));
    }
    return entries;
  }

  /** The items of a list. */
  List<Value> items(String valid) {
    if (!(node instanceof SequenceNode list)) {
      throw refuse("is not a list. %s is valid.".formatted(valid));
    }
    List<Value> items = new ArrayList<>();
    list.getValue().forEach(item -> items.add(of(item)));
    return items;
  }

  /** The items of a list that has at least one. */
  List<Value> someItems(String valid) {
    List<Value> items = items(valid);
    if (items.isEmpty()) {
      throw refuseUnseen("the list is empty. %s is valid.".formatted(valid));
    }
    return items;
  }

  /** Items of a list that has at least one, each once. */
  <T> List<T> distinct(String valid, Function<Value, T> read) {
    Set<T> items = new LinkedHashSet<>();
    for (Value item : someItems(valid)) {
      if (!items.add(read.apply(item))) {
        throw item.refuse("is given twice. Each value once is valid.");
      }
    }
    return List.copyOf(items);
  }

  /** Text as it stands; of a number or a boolean, as it is written. */
  String text(String valid) {
    if (isNull()) {
      throw refuseUnseen("nothing is given. %s is valid.".formatted(valid));
    }
    if (!(node instanceof ScalarNode scalar)) {
      throw refuse("is not text. %s is valid.".formatted(valid));
    }
    return scalar.getValue();
  }

  /** Text that is not blank. */
  String words(String valid) {
    String text = text(valid);
    if (text.isBlank()) {
      throw refuse("is empty. %s is valid.".formatted(valid));
    }
    return text;
  }

  /** Text that may be the name of a file. */
  String name(String what) {
    String name = text("The name of " + what);
    if (!NAME.matcher(name).matches()) {
      throw refuse("is not a name of %s. ".formatted(what) + NAMES);
    }
    return name;
  }

  /** One of the known words. */
  String oneOf(String what, List<String> known) {
    String word = text("One of " + String.join(", ", known));
    if (!known.contains(word)) {
      throw refuse(
          "is not %s. %sValid: %s."
              .formatted(what, Suggestion.of(word, known), String.join(", ", known)));
    }
    return word;
  }

  /** A whole number within bounds. */
  long whole(String what, long min, long max) {
    String valid = "A whole number from %d to %d is valid.".formatted(min, max);
    BigDecimal number = decimal(what, valid);
    if (number.compareTo(BigDecimal.valueOf(min)) < 0
        || number.compareTo(BigDecimal.valueOf(max)) > 0
        || number.stripTrailingZeros().scale() > 0) {
      throw refuse("is not %s. ".formatted(what) + valid);
    }
    return number.longValueExact();
  }

  /** A finite number within bounds. */
  double number(String what, double min, double max, String valid) {
    double number = decimal(what, valid).doubleValue();
    if (!(number >= min && number <= max)) {
      throw refuse("is not %s. ".formatted(what) + valid);
    }
    return number;
  }

  /** A number in decimal notation; text in quotes, NaN and infinity are none. */
  BigDecimal decimal(String what, String valid) {
    if (isNumber()) {
      String text = ((ScalarNode) node).getValue();
      if (text.length() <= MAX_DIGITS && DECIMAL.matcher(text).matches()) {
        return new BigDecimal(text);
      }
    }
    throw refuse("is not %s. ".formatted(what) + valid);
  }

  private String shown() {
    if (node instanceof ScalarNode scalar) {
      if (isNull()) {
        return "nothing";
      }
      String text = scalar.getValue();
      return isNumber() || isBoolean() ? clipped(text) : shown(text);
    }
    return node instanceof MappingNode ? "a map" : "a list";
  }

  private static String shown(String text) {
    return '"' + clipped(text) + '"';
  }

  /** A value as one short line. */
  static String clipped(String text) {
    return clipped(text, MAX_SHOWN);
  }

  /** What a library says of a mistake, as one line. */
  static String sentence(String text) {
    return clipped(text, MAX_SENTENCE);
  }

  private static String clipped(String text, int length) {
    String start = text.length() <= length ? text : text.substring(0, length) + "...";
    return start.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ");
  }
}
