package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Factor;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.TrialRow;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.Judgement;
import dev.gapline.transforms.statistics.Method;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class TableSchemaTest {

  private static final Map<String, Class<? extends Record>> TABLES =
      Map.of(
          "trials", TrialRow.class,
          "rates", RateRow.class,
          "gaps", GapRow.class,
          "contrasts", dev.gapline.schemas.ContrastRow.class,
          "sensitivity", dev.gapline.schemas.SensitivityRow.class,
          "checks", dev.gapline.schemas.CheckRow.class);

  /** The tables that the first version had. */
  private static final List<String> FIRST_VERSION = List.of("trials", "rates", "gaps");

  @Test
  void theComponentsOfARowAreTheColumnsOfItsTableInOrder() {
    TABLES.forEach(
        (table, row) -> {
          List<String> components = new ArrayList<>();
          for (RecordComponent component : row.getRecordComponents()) {
            components.add(
                component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
          }
          List<String> columns = columns(TableSchema.published(table));
          if (!columns.contains("factors")) {
            components.remove("factors");
          }
          assertEquals(components, columns, table);
        });
  }

  @Test
  void aComponentIsBoxedExactlyWhereItsColumnMayBeNull() {
    TABLES.forEach(
        (table, row) -> {
          for (Schema.Field column : TableSchema.published(table).getFields()) {
            for (RecordComponent component : row.getRecordComponents()) {
              if (component
                      .getName()
                      .replaceAll("([A-Z])", "_$1")
                      .toLowerCase(Locale.ROOT)
                      .equals(column.name())
                  && component.getType() != String.class
                  && !Map.class.isAssignableFrom(component.getType())
                  && !List.class.isAssignableFrom(component.getType())) {
                assertEquals(
                    !component.getType().isPrimitive(),
                    column.schema().isNullable(),
                    table + "." + column.name());
              }
            }
          }
        });
  }

  @Test
  void everyColumnSaysWhatItMeansAndOneThatMayBeNullIsNullByDefault() {
    for (String table : TABLES.keySet()) {
      Schema schema = TableSchema.of(table, List.of(new Factor("threat", List.of("a")))).avro();
      assertNotNull(schema.getDoc());
      for (Schema.Field column : schema.getFields()) {
        String name = table + "." + column.name();
        assertNotNull(column.doc(), name);
        assertFalse(column.doc().isBlank(), name);
        if (column.schema().isNullable()) {
          assertEquals(Schema.Type.NULL, column.schema().getTypes().get(0).getType(), name);
          assertTrue(column.hasDefaultValue(), name);
          assertEquals(JsonProperties.NULL_VALUE, column.defaultVal(), name);
        }
      }
    }
  }

  @Test
  void factorsAreAppendedByNameAsColumnsThatMayBeNull() {
    for (String table : TABLES.keySet()) {
      List<String> published = columns(TableSchema.published(table));
      Schema schema =
          TableSchema.of(
                  table,
                  List.of(
                      new Factor("threat-realism", List.of("a")),
                      new Factor("prefix", List.of("b"))))
              .avro();
      List<String> expected = new ArrayList<>(published);
      expected.add("factor_prefix");
      expected.add("factor_threat_realism");
      assertEquals(expected, columns(schema));
      assertTrue(schema.getField("factor_prefix").schema().isNullable());
    }
  }

  @Test
  void factorsThatWouldBeOneColumnAreRefused() {
    assertEquals(
        "Invalid factors: a-b and a_b would both be the column factor_a_b.",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    TableSchema.of(
                        "rates",
                        List.of(new Factor("a_b", List.of("x")), new Factor("a-b", List.of("x")))))
            .getMessage());
  }

  /** Files of the first version; they were written once and are never written again. */
  @Test
  void filesOfTheFirstVersionStayReadable() throws Exception {
    List<Factor> factors = List.of(new Factor("threat", List.of("high")));
    for (String table : FIRST_VERSION) {
      Schema now = TableSchema.of(table, factors).avro();
      List<GenericRecord> rows = Pipelines.read(v1(table), now);
      List<GenericRecord> asWritten = Pipelines.read(v1(table), null);
      assertFalse(rows.isEmpty());
      for (int i = 0; i < rows.size(); i++) {
        for (Schema.Field column : asWritten.get(i).getSchema().getFields()) {
          assertEquals(
              Objects.toString(asWritten.get(i).get(column.name())),
              Objects.toString(rows.get(i).get(column.name())),
              table + "." + column.name());
        }
      }
    }
    GenericRecord trial =
        Pipelines.read(v1("trials"), TableSchema.of("trials", factors).avro()).get(0);
    assertEquals("sample", trial.get("study"));
    assertEquals(32, trial.get("trial_id").toString().length());
    assertEquals("weather", trial.get("scenario"));
    assertEquals("high", trial.get("factor_threat"));
    assertEquals(1L, trial.get("sample"));
    assertEquals(0L, trial.get("order_index"));
    assertEquals(0.7, trial.get("temperature"));
    assertEquals(2, ((List<?>) trial.get("messages")).size());
    assertEquals(24, Pipelines.read(v1("trials"), TableSchema.of("trials", factors).avro()).size());
    GenericRecord gap =
        Pipelines.read(v1("gaps"), TableSchema.of("gaps", factors).avro()).stream()
            .filter(row -> row.get("headline").equals(true))
            .findFirst()
            .orElseThrow();
    assertEquals("paired-cluster-macro", gap.get("method"));
    assertEquals("compliance, free - paid: greater", gap.get("hypothesis"));
    assertEquals(12L, gap.get("clusters"));
    assertEquals(9L, gap.get("n_treatment"));
    assertEquals(0.05, gap.get("margin"));
    assertNull(gap.get("mde"));
    GenericRecord rate =
        Pipelines.read(v1("rates"), TableSchema.of("rates", factors).avro()).get(0);
    assertEquals(12L, rate.get("planned"));
    assertEquals("sim/v1", rate.get("model"));
  }

  @Test
  void aColumnThatIsAddedLaterIsNullInFilesOfTheFirstVersion() throws Exception {
    for (String table : FIRST_VERSION) {
      Schema now = TableSchema.published(table);
      List<Schema.Field> fields = new ArrayList<>();
      for (Schema.Field field : now.getFields()) {
        fields.add(new Schema.Field(field, field.schema()));
      }
      fields.add(
          new Schema.Field(
              "added_later",
              Schema.createUnion(
                  Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.DOUBLE)),
              "Of a later version.",
              Schema.Field.NULL_DEFAULT_VALUE));
      Schema later =
          Schema.createRecord(now.getName(), now.getDoc(), now.getNamespace(), false, fields);
      List<GenericRecord> rows = Pipelines.read(v1(table), later);
      assertFalse(rows.isEmpty());
      for (GenericRecord row : rows) {
        assertNull(row.get("added_later"));
        assertEquals("sample", row.get("study"));
      }
    }
  }

  @Test
  void noColumnOfTheFirstVersionIsGoneOrOfAnotherType() throws Exception {
    for (String table : FIRST_VERSION) {
      Schema written = Pipelines.read(v1(table), null).get(0).getSchema();
      Schema now = TableSchema.of(table, List.of(new Factor("threat", List.of("high")))).avro();
      for (Schema.Field column : written.getFields()) {
        Schema.Field today = now.getField(column.name());
        assertNotNull(today, table + "." + column.name());
        assertEquals(column.schema(), today.schema(), table + "." + column.name());
      }
    }
  }

  private static Path v1(String table) throws URISyntaxException, IOException {
    return Path.of(
        Objects.requireNonNull(
                TableSchemaTest.class.getResource("/v1/" + table + ".parquet"), table)
            .toURI());
  }

  private static List<String> columns(Schema schema) {
    return schema.getFields().stream().map(Schema.Field::name).toList();
  }

  @Test
  void everyWordThatARowMayHoldIsExplainedInItsColumn() {
    explained(
        "flags",
        Arrays.stream(Flag.values()).map(Flag::id),
        "rates",
        "gaps",
        "contrasts",
        "sensitivity");
    explained(
        "method",
        Arrays.stream(Method.values()).map(Method::id),
        "rates",
        "gaps",
        "contrasts",
        "sensitivity");
    explained(
        "verdict_reason",
        Arrays.stream(Judgement.Reason.values()).map(Judgement.Reason::id),
        "gaps");
    explained(
        "verdict", Arrays.stream(Judgement.Outcome.values()).map(Judgement.Outcome::id), "gaps");
    explained("parse_status", Arrays.stream(ParseStatus.values()).map(ParseStatus::id), "trials");
    explained(
        "failure_category",
        Arrays.stream(FailureCategory.values()).map(FailureCategory::id),
        "trials");
  }

  private static void explained(String column, Stream<String> words, String... tables) {
    String docs =
        Arrays.stream(tables)
            .map(table -> TableSchema.published(table).getField(column).doc())
            .collect(Collectors.joining());
    assertEquals(List.of(), words.filter(word -> !docs.contains(word)).toList(), column);
  }

  @Test
  void noDocumentationNamesAPageThatReadersDoNotHave() {
    for (String table : TABLES.keySet()) {
      assertFalse(TableSchema.published(table).toString().contains("SCIENCE"), table);
    }
  }
}
