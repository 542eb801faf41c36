package dev.gapline.pipeline.tables;

import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TableSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** SQL over the current tables of a run: a view for each, such as {@code trials}. */
public final class Sql implements AutoCloseable {

  private final Connection connection;

  /** The answer to a query: column names, and rows of values as DuckDB gives them. */
  public record Answer(List<String> columns, List<List<Object>> rows) {}

  private Sql(Connection connection) {
    this.connection = connection;
  }

  /** Opens the tables that {@code run.json} names; a table without files has no view. */
  public static Sql open(RunFolder folder, RunState state) throws SQLException {
    Sql sql = new Sql(DriverManager.getConnection("jdbc:duckdb:"));
    try (Statement statement = sql.connection.createStatement()) {
      // Times must not depend on where the query is asked.
      statement.execute("SET TimeZone = 'UTC'");
      for (String table : TableSchema.NAMES) {
        List<Path> files = state.files(folder, table);
        if (!files.isEmpty()) {
          statement.execute(
              "CREATE VIEW %s AS SELECT * FROM read_parquet([%s])"
                  .formatted(
                      table,
                      files.stream()
                          .map(file -> "'" + file.toString().replace("'", "''") + "'")
                          .collect(Collectors.joining(", "))));
        }
      }
    } catch (SQLException e) {
      sql.close();
      throw e;
    }
    return sql;
  }

  /** Answers a query. */
  public Answer ask(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      ResultSetMetaData meta = result.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        columns.add(meta.getColumnLabel(i));
      }
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
      return new Answer(columns, rows);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
