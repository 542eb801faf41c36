package dev.gapline.pipeline.tables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBStruct;

/** How the answer to a query is printed. */
public enum AnswerFormat {
  /** Columns under their heads, NULL spelled out. */
  TABLE,
  /** RFC 4180: NULL is empty, doubles round-trip, an empty text is quoted. */
  CSV,
  /** One array of objects. */
  JSON;

  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  /** The answer as text. */
  public String text(Sql.Answer answer) {
    return switch (this) {
      case TABLE -> table(answer);
      case CSV -> csv(answer);
      case JSON -> json(answer);
    };
  }

  private static String table(Sql.Answer answer) {
    TextTable table = new TextTable(answer.columns());
    for (List<Object> row : answer.rows()) {
      table.add(row.stream().map(value -> value == null ? "NULL" : oneLine(flat(value))).toList());
    }
    return table.text();
  }

  /** A line's end or another control character would break the table, or the terminal. */
  private static String oneLine(String value) {
    StringBuilder line = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\n') {
        line.append("\\n");
      } else if (Character.isISOControl(c)) {
        line.append("\\u%04x".formatted((int) c));
      } else {
        line.append(c);
      }
    }
    return line.toString();
  }

  private static String csv(Sql.Answer answer) {
    StringBuilder text = new StringBuilder();
    text.append(
            answer.columns().stream().map(AnswerFormat::quoted).collect(Collectors.joining(",")))
        .append("\r\n");
    for (List<Object> row : answer.rows()) {
      text.append(
              row.stream()
                  .map(value -> value == null ? "" : quoted(flat(value)))
                  .collect(Collectors.joining(",")))
          .append("\r\n");
    }
    return text.toString();
  }

  private static String quoted(String value) {
    boolean isPlain =
        !value.isEmpty() && value.chars().noneMatch(c -> c == ',' || c == '"' || c < ' ');
    return isPlain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  private static String json(Sql.Answer answer) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (List<Object> values : answer.rows()) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 0; i < values.size(); i++) {
        row.put(free(answer.columns().get(i), row), plain(values.get(i)));
      }
      rows.add(row);
    }
    return write(rows) + "\n";
  }

  /** Two columns of one name would be one in an object: the second gets a number. */
  private static String free(String name, Map<String, Object> row) {
    String free = name;
    for (int number = 1; row.containsKey(free); number++) {
      free = name + "_" + number;
    }
    return free;
  }

  private static String flat(Object value) {
    Object plain = plain(value);
    return plain instanceof String || plain instanceof Number || plain instanceof Boolean
        ? plain.toString()
        : write(plain);
  }

  private static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A value of a query cannot be written.", e);
    }
  }

  /** Lists, maps and structs of DuckDB as those of Java; times as text of ISO 8601. */
  private static Object plain(Object value) {
    try {
      if (value instanceof Array array) {
        List<Object> items = new ArrayList<>();
        for (Object item : (Object[]) array.getArray()) {
          items.add(plain(item));
        }
        return items;
      }
      if (value instanceof DuckDBStruct struct) {
        return plain(struct.getMap());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("A value of a query cannot be read.", e);
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> plain = new LinkedHashMap<>();
      map.forEach((key, item) -> plain.put(String.valueOf(key), plain(item)));
      return plain;
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Timestamp time) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time.toLocalDateTime());
    }
    if (value instanceof OffsetDateTime time) {
      return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
    }
    return value.toString();
  }
}
