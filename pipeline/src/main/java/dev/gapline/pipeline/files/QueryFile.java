package dev.gapline.pipeline.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.schemas.Query;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Queries of a file of the user's: one on each line of a {@code .txt}, or one in each row of a
 * {@code .csv} or {@code .jsonl} under {@code text}, or one of the names that published sets of
 * requests have for it.
 *
 * <p>An id that the file does not give is {@code q0001} and so on, by the place in the file.
 */
final class QueryFile {

  /** Names of the column with the request, in the order in which they are looked for. */
  static final List<String> TEXT =
      List.of("text", "query", "goal", "behavior", "prompt", "instruction", "forbidden_prompt");

  private static final List<String> ID = List.of("id", "behaviorid");
  private static final List<String> TAG = List.of("tag", "category", "semanticcategory");
  private static final int MAX_BYTES = 32 << 20;
  private static final int LONGEST = 100_000;
  private static final int LONGEST_NAME = 80;
  private static final ObjectMapper JSON = new ObjectMapper();

  private QueryFile() {}

  /**
   * The queries of that file, in its order.
   *
   * @throws IllegalArgumentException if it has another form, or holds no query, or one twice
   */
  static List<Query> read(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    List<Map<String, String>> rows = new ArrayList<>();
    if (name.endsWith(".txt")) {
      SourceText.read(file, MAX_BYTES)
          .text()
          .lines()
          .filter(line -> !line.isBlank())
          .forEach(line -> rows.add(Map.of("text", line)));
    } else if (name.endsWith(".csv")) {
      rows.addAll(csv(file));
    } else if (name.endsWith(".jsonl")) {
      rows.addAll(jsonLines(file));
    } else {
      throw new IllegalArgumentException(
          "%s is not a file of queries. One that ends in .txt, .csv or .jsonl is valid."
              .formatted(file));
    }
    return queries(file, rows);
  }

  private static List<Query> queries(Path file, List<Map<String, String>> rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          "%s holds no query. One at least is valid.".formatted(file));
    }
    List<Query> queries = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Map<String, Integer> texts = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      Map<String, String> row = rows.get(i);
      String text = first(row, TEXT);
      if (text == null || text.isBlank()) {
        throw new IllegalArgumentException(
            "%s, query %d: there is no text. One in a column named %s is valid."
                .formatted(file, i + 1, String.join(", ", TEXT)));
      }
      Integer before = texts.putIfAbsent(text.strip(), i + 1);
      if (before != null) {
        throw new IllegalArgumentException(
            "%s, query %d: it is the same as query %d. Each once is valid."
                .formatted(file, i + 1, before));
      }
      if (text.length() > LONGEST) {
        throw new IllegalArgumentException(
            "%s, query %d: the text has %,d characters. At most %,d are valid."
                .formatted(file, i + 1, text.length(), LONGEST));
      }
      String id = first(row, ID);
      id = name(id == null ? "" : id, "q%04d".formatted(i + 1));
      if (!ids.add(id)) {
        throw new IllegalArgumentException(
            "%s, query %d: the id %s is given twice. Each once is valid."
                .formatted(file, i + 1, id));
      }
      String tag = first(row, TAG);
      queries.add(
          new Query(
              id,
              text.strip(),
              new TreeMap<>(),
              tag == null || tag.isBlank() ? List.of() : List.of(name(tag, "other"))));
    }
    return queries;
  }

  /** As a name in a scenario file: letters, digits, dashes and underscores, if any are left. */
  private static String name(String text, String otherwise) {
    String name = text.strip().replaceAll("[^A-Za-z0-9_-]+", "_");
    if (name.replace("_", "").isEmpty()) {
      return otherwise;
    }
    name = name.matches("[A-Za-z].*") ? name : "q" + name;
    return name.substring(0, Math.min(LONGEST_NAME, name.length()));
  }

  private static String first(Map<String, String> row, List<String> names) {
    return names.stream().map(row::get).filter(value -> value != null).findFirst().orElse(null);
  }

  private static List<Map<String, String>> csv(Path file) {
    SourceText.read(file, MAX_BYTES);
    if (file.toString().matches(".*[*?\\[\\]{}].*")) {
      throw new IllegalArgumentException(
          "%s: a name with *, ?, brackets or braces stands for several files. Another name is valid."
              .formatted(file));
    }
    String quoted = "'" + file.toString().replace("'", "''") + "'";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT * FROM read_csv(%s, header = true, all_varchar = true, hive_partitioning = false)"
                    .formatted(quoted))) {
      ResultSetMetaData meta = result.getMetaData();
      List<Map<String, String>> rows = new ArrayList<>();
      while (result.next()) {
        Map<String, String> row = new HashMap<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
          String value = result.getString(i);
          if (value != null) {
            row.put(meta.getColumnLabel(i).strip().toLowerCase(Locale.ROOT), value);
          }
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalArgumentException(
          "%s cannot be read: %s".formatted(file, firstLine(e.getMessage())), e);
    }
  }

  /** One object in each line; what is no plain value is not of a query. */
  private static List<Map<String, String>> jsonLines(Path file) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (String line : SourceText.read(file, MAX_BYTES).text().lines().toList()) {
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonNode object = JSON.readTree(line);
        if (!object.isObject()) {
          throw new IllegalArgumentException(
              "%s, query %d: this is no object. One such as {\"text\": \"...\"} is valid."
                  .formatted(file, rows.size() + 1));
        }
        Map<String, String> row = new HashMap<>();
        object
            .fields()
            .forEachRemaining(
                field -> {
                  if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                    row.put(field.getKey().toLowerCase(Locale.ROOT), field.getValue().asText());
                  }
                });
        rows.add(row);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(
            "%s, query %d: this is no JSON. One object on each line is valid."
                .formatted(file, rows.size() + 1),
            e);
      }
    }
    return rows;
  }

  private static String firstLine(String message) {
    return message == null ? "unknown reason." : message.lines().findFirst().orElse("");
  }
}
