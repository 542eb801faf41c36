package dev.gapline.pipeline.tables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
      table.add(row.stream().map(value -> value == null ? "NULL" : flat(value)).toList());
    }
    return table.text();
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
        row.put(answer.columns().get(i), plain(values.get(i)));
      }
      rows.add(row);
    }
    return write(rows) + "\n";
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

  /** Lists, maps and structs of DuckDB as those of Java; times as text. */
  private static Object plain(Object value) {
    try {
      if (value instanceof Array array) {
        return Arrays.stream((Object[]) array.getArray()).map(AnswerFormat::plain).toList();
      }
      if (value instanceof Struct struct) {
        return Arrays.stream(struct.getAttributes()).map(AnswerFormat::plain).toList();
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
    return value.toString();
  }
}
