package dev.gapline.pipeline.files;

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
      rows.addAll(table(file, "read_csv(%s, header = true, all_varchar = true)"));
    } else if (name.endsWith(".jsonl")) {
      rows.addAll(table(file, "read_json(%s, format = 'newline_delimited')"));
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
      String id = first(row, ID);
      id = id == null ? "q%04d".formatted(i + 1) : name(id);
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
              tag == null || tag.isBlank() ? List.of() : List.of(name(tag))));
    }
    return queries;
  }

  /** As a name in a scenario file: letters, digits, dashes and underscores. */
  private static String name(String text) {
    String name = text.strip().replaceAll("[^A-Za-z0-9_-]+", "_");
    return name.matches("[A-Za-z].*") ? name : "q" + name;
  }

  private static String first(Map<String, String> row, List<String> names) {
    return names.stream().map(row::get).filter(value -> value != null).findFirst().orElse(null);
  }

  private static List<Map<String, String>> table(Path file, String function) {
    SourceText.read(file, MAX_BYTES);
    String quoted = "'" + file.toString().replace("'", "''") + "'";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM " + function.formatted(quoted))) {
      ResultSetMetaData meta = result.getMetaData();
      List<Map<String, String>> rows = new ArrayList<>();
      while (result.next()) {
        Map<String, String> row = new HashMap<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
          Object value = result.getObject(i);
          if (value != null) {
            row.put(meta.getColumnLabel(i).strip().toLowerCase(Locale.ROOT), value.toString());
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

  private static String firstLine(String message) {
    return message == null ? "unknown reason." : message.lines().findFirst().orElse("");
  }
}
