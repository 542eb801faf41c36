package dev.gapline.transforms;

import dev.gapline.schemas.CheckRow;
import dev.gapline.schemas.ContrastRow;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.SensitivityRow;
import dev.gapline.schemas.TrialRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * A published table: its checked-in {@code .avsc}, the study's factors appended as nullable columns
 * {@code factor_NAME}, and how a row record becomes an Avro record.
 */
public final class TableSchema {

  private static final Map<String, Class<? extends Record>> ROWS =
      Map.of(
          "trials", TrialRow.class,
          "rates", RateRow.class,
          "gaps", GapRow.class,
          "contrasts", ContrastRow.class,
          "sensitivity", SensitivityRow.class,
          "checks", CheckRow.class);

  /** Every table of a run: the trials, then what is estimated from them. */
  public static final List<String> NAMES =
      List.of("trials", "rates", "gaps", "contrasts", "sensitivity", "checks");

  /** By column, how a component of a record within a row is read. */
  private static final ClassValue<Map<String, Method>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected Map<String, Method> computeValue(Class<?> type) {
          Map<String, Method> accessors = new HashMap<>();
          for (RecordComponent component : type.getRecordComponents()) {
            accessors.put(columnOf(component.getName()), component.getAccessor());
          }
          return accessors;
        }
      };

  private final Schema schema;
  private final Method[] accessors;
  private final Method factors;
  private final List<String> factorNames;

  private TableSchema(Schema schema, Class<? extends Record> row, List<String> factorNames) {
    this.schema = schema;
    this.factorNames = factorNames;
    int columns = schema.getFields().size() - factorNames.size();
    this.accessors = new Method[columns];
    for (RecordComponent component : row.getRecordComponents()) {
      Schema.Field field = schema.getField(columnOf(component.getName()));
      if (field != null && field.pos() < columns) {
        accessors[field.pos()] = component.getAccessor();
      }
    }
    for (int i = 0; i < columns; i++) {
      if (accessors[i] == null) {
        throw new IllegalStateException(
            "%s has no component for column %s.".formatted(row, schema.getFields().get(i).name()));
      }
    }
    try {
      this.factors = row.getMethod("factors");
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(row + " has no factors.", e);
    }
  }

  /** The table of that name, one of {@link #NAMES}, for these factors. */
  public static TableSchema of(String table, List<Factor> factors) {
    Schema published = published(table);
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : published.getFields()) {
      fields.add(new Schema.Field(field, field.schema()));
    }
    List<String> names = factors.stream().map(Factor::name).sorted().toList();
    Map<String, String> columns = new HashMap<>();
    for (String name : names) {
      String column = columnOfFactor(name);
      String other = columns.put(column, name);
      if (other != null) {
        throw new IllegalArgumentException(
            "Invalid factors: %s and %s would both be the column %s."
                .formatted(other, name, column));
      }
      fields.add(
          new Schema.Field(
              column,
              Schema.createUnion(
                  Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)),
              "Level of the factor " + name + "; null is pooled over.",
              Schema.Field.NULL_DEFAULT_VALUE));
    }
    Schema schema =
        Schema.createRecord(
            published.getName(), published.getDoc(), published.getNamespace(), false);
    schema.setFields(fields);
    return new TableSchema(schema, ROWS.get(table), names);
  }

  /** The column that holds the level of the factor of that name. */
  public static String columnOfFactor(String name) {
    return "factor_" + name.replaceAll("[^A-Za-z0-9_]", "_");
  }

  /** The checked-in schema of the table. */
  public static Schema published(String table) {
    String resource = "/dev/gapline/schemas/" + table + ".avsc";
    try (InputStream in = TrialRow.class.getResourceAsStream(resource)) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schema with the factors' columns. */
  public Schema avro() {
    return schema;
  }

  /** The row as an Avro record. */
  public GenericRecord toAvro(Record row) {
    GenericRecord out = new GenericData.Record(schema);
    try {
      for (int i = 0; i < accessors.length; i++) {
        out.put(i, plain(accessors[i].invoke(row), schema.getFields().get(i).schema()));
      }
      Map<?, ?> levels = (Map<?, ?>) factors.invoke(row);
      for (int i = 0; i < factorNames.size(); i++) {
        out.put(accessors.length + i, levels.get(factorNames.get(i)));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + row.getClass(), e);
    }
    return out;
  }

  private static Object plain(Object value, Schema column) throws ReflectiveOperationException {
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      return value;
    }
    Schema items = column.getElementType();
    if (items.getType() != Schema.Type.RECORD) {
      return list;
    }
    List<GenericRecord> records = new ArrayList<>(list.size());
    for (Object item : list) {
      Map<String, Method> accessors = COMPONENTS.get(item.getClass());
      GenericRecord record = new GenericData.Record(items);
      for (Schema.Field field : items.getFields()) {
        Object component = accessors.get(field.name()).invoke(item);
        record.put(field.pos(), plain(component, field.schema()));
      }
      records.add(record);
    }
    return records;
  }

  private static String columnOf(String component) {
    return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
