package dev.gapline.pipeline.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Golden answers: what each format makes of every kind of value. */
final class AnswerFormatTest {

  @Test
  void csvIsThatOfRfc4180() throws SQLException {
    assertEquals(
        "plain,comma,quote,line,empty,missing\r\n"
            + "word,\"a,b\",\"say \"\"so\"\"\",\"one\ntwo\",\"\",\r\n",
        text(
            AnswerFormat.CSV,
            """
            SELECT 'word' AS plain, 'a,b' AS comma, 'say "so"' AS quote, 'one\ntwo' AS line,
              '' AS empty, NULL AS missing
            """));
    assertEquals(
        "\"a \"\"name\"\", quoted\"\r\n1\r\n",
        text(AnswerFormat.CSV, "SELECT 1 AS \"a \"\"name\"\", quoted\""));
  }

  @Test
  void doublesRoundTrip() throws SQLException {
    assertEquals(
        "a,b,c,d,e\r\n0.1,0.30000000000000004,1.0E300,4.9E-324,-0.0\r\n",
        text(
            AnswerFormat.CSV,
            "SELECT 0.1::DOUBLE AS a, 0.1::DOUBLE + 0.2::DOUBLE AS b, 1e300 AS c,"
                + " 4.9e-324::DOUBLE AS d, -0.0::DOUBLE AS e"));
    assertEquals(
        "[{\"a\":0.30000000000000004,\"b\":9007199254740993,\"c\":true}]\n",
        text(
            AnswerFormat.JSON,
            "SELECT 0.1::DOUBLE + 0.2::DOUBLE AS a, 9007199254740993::BIGINT AS b, true AS c"));
  }

  @Test
  void listsMapsAndStructsAreJsonInEveryFormat() throws SQLException {
    String sql =
        """
        SELECT [1, NULL, 3] AS list, MAP {'b': 'x', 'a': 'y'} AS map,
          [{'role': 'system', 'content': 'Say "a, b"'}, {'role': 'user', 'content': NULL}] AS messages,
          [[0.5::DOUBLE], []] AS nested, []::INTEGER[] AS none
        """;
    assertEquals(
        "list,map,messages,nested,none\r\n"
            + "\"[1,null,3]\",\"{\"\"b\"\":\"\"x\"\",\"\"a\"\":\"\"y\"\"}\","
            + "\"[{\"\"role\"\":\"\"system\"\",\"\"content\"\":\"\"Say \\\"\"a, b\\\"\"\"\"},"
            + "{\"\"role\"\":\"\"user\"\",\"\"content\"\":null}]\",\"[[0.5],[]]\",[]\r\n",
        text(AnswerFormat.CSV, sql));
    assertEquals(
        "[{\"list\":[1,null,3],\"map\":{\"b\":\"x\",\"a\":\"y\"},\"messages\":"
            + "[{\"role\":\"system\",\"content\":\"Say \\\"a, b\\\"\"},"
            + "{\"role\":\"user\",\"content\":null}],\"nested\":[[0.5],[]],\"none\":[]}]\n",
        text(AnswerFormat.JSON, sql));
  }

  @Test
  void timesAreIso8601AndThoseWithAZoneInUtc() throws SQLException {
    assertEquals(
        "a,b,c\r\n2020-01-02T03:04:00,1970-01-01T00:00:04Z,2020-01-02\r\n",
        text(
            AnswerFormat.CSV,
            "SELECT TIMESTAMP '2020-01-02 03:04:00' AS a,"
                + " TIMESTAMPTZ '1970-01-01 02:00:04+02' AS b, DATE '2020-01-02' AS c"));
    assertEquals(
        "[{\"b\":\"1970-01-01T00:00:00Z\"}]\n",
        text(AnswerFormat.JSON, "SELECT TIMESTAMPTZ '1970-01-01 00:00:00+00' AS b"));
  }

  @Test
  void theTableStandsInColumnsWithOneLineARow() throws SQLException {
    assertEquals(
        "name        value\nlong        NULL\nx\\ny\\u001b  0.5\n",
        text(
            AnswerFormat.TABLE,
            "SELECT * FROM (VALUES ('long', NULL), ('x' || chr(10) || 'y' || chr(27), 0.5::DOUBLE))"
                + " AS t(name, value)"));
  }

  @Test
  void noRowsAreAnAnswerToo() throws SQLException {
    String sql = "SELECT 1 AS a, 2 AS b WHERE false";
    assertEquals("a,b\r\n", text(AnswerFormat.CSV, sql));
    assertEquals("[]\n", text(AnswerFormat.JSON, sql));
    assertEquals("a  b\n", text(AnswerFormat.TABLE, sql));
  }

  @Test
  void twoColumnsOfOneNameAreBothInAnObject() throws SQLException {
    assertEquals("[{\"a\":1,\"a_1\":2}]\n", text(AnswerFormat.JSON, "SELECT 1 AS a, 2 AS a"));
  }

  private static String text(AnswerFormat format, String sql) throws SQLException {
    RunState noTables =
        new RunState(
            RunState.State.RUNNING,
            "s",
            1,
            "",
            "001",
            null,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            null,
            0,
            null,
            null,
            null,
            null,
            null,
            Map.of(),
            Map.of());
    try (Sql tables = Sql.open(RunFolder.at(Path.of(".")), noTables)) {
      return format.text(tables.ask(sql));
    }
  }
}
