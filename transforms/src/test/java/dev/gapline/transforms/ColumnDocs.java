package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * What the documentation of a table's columns names. Columns whose values are words of a fixed
 * vocabulary must name every one, so that a reader never meets a word that nobody explains.
 */
final class ColumnDocs {

  /** Columns of fixed words, and what separates several of them; null where there is one. */
  private static final Map<String, String> VOCABULARIES = new TreeMap<>();

  static {
    for (String column :
        List.of(
            "analysis",
            "category",
            "check",
            "correction",
            "failure_category",
            "measure",
            "method",
            "parse_status",
            "quantity",
            "reasoning_source",
            "role",
            "se_type",
            "target_paraphrases",
            "target_queries",
            "term",
            "verdict",
            "verdict_reason",
            "weights")) {
      VOCABULARIES.put(column, null);
    }
    VOCABULARIES.put("conventions", "; ");
    VOCABULARIES.put("flags", "; ");
  }

  private ColumnDocs() {}

  /** Fails unless the documentation of that column names all of these words. */
  static void assertNamed(String table, String column, Collection<String> words) {
    String doc = TableSchema.published(table).getField(column).doc();
    for (String word : words) {
      assertTrue(
          Pattern.compile("(?<![\\w-])" + Pattern.quote(word) + "(?![\\w-])").matcher(doc).find(),
          () -> "%s.%s does not say what \"%s\" means: %s".formatted(table, column, word, doc));
    }
  }

  /** Fails unless the columns' documentation names every fixed word that these rows hold. */
  static void assertNamed(String table, List<GenericRecord> rows) {
    Schema schema = TableSchema.published(table);
    VOCABULARIES.forEach(
        (column, separator) -> {
          if (schema.getField(column) == null) {
            return;
          }
          TreeSet<String> words = new TreeSet<>();
          for (GenericRecord row : rows) {
            Object value = row.get(column);
            if (value != null) {
              split(value.toString(), table.equals("trials") ? "," : separator)
                  .map(word -> word.replaceFirst("^[0-9]+ of [0-9]+ ", ""))
                  .forEach(words::add);
            }
          }
          // A temperature is a term of the analysis of temperatures.
          words.removeIf(word -> word.isEmpty() || word.matches("[0-9.]+"));
          assertNamed(table, column, words);
        });
  }

  private static Stream<String> split(String value, String separator) {
    return separator == null
        ? Stream.of(value)
        : Arrays.stream(value.split(Pattern.quote(separator)));
  }
}
