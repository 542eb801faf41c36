package dev.gapline.transforms;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Study;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** The columns of {@code trials} that counting needs, as Parquet fills them row by row. */
final class TrialColumns extends RecordMaterializer<StoredTrial> {

  private static final Map<String, ParseStatus> STATUSES =
      Arrays.stream(ParseStatus.values())
          .collect(Collectors.toUnmodifiableMap(ParseStatus::id, Function.identity()));

  private static final String AF_VOTES = "af_votes";
  private static final String DECISION = "decision";

  /** Runs of earlier versions have no such columns, and no such values. */
  private static final Set<String> YOUNGER =
      Stream.concat(
              Stream.of(AF_VOTES, DECISION),
              Arrays.stream(Measure.values()).filter(Measure::isFurther).map(Measure::id))
          .collect(Collectors.toUnmodifiableSet());

  private final MessageType projection;
  private final Row row;

  private TrialColumns(MessageType projection, Row row) {
    this.projection = projection;
    this.row = row;
  }

  /** The columns of that part, which must have them all. */
  static TrialColumns of(Path part, MessageType stored, Study study) throws UnreadableTrials {
    return of(part, stored, new Row(study));
  }

  /** Those columns and the texts of the answer. */
  static TrialColumns withAnswers(Path part, MessageType stored, Study study)
      throws UnreadableTrials {
    return of(part, stored, new Row(study).withAnswers());
  }

  private static TrialColumns of(Path part, MessageType stored, Row row) throws UnreadableTrials {
    for (String name : YOUNGER) {
      if (!stored.containsField(name)) {
        row.columns.remove(name);
      }
    }
    List<Type> types = new ArrayList<>();
    for (String name : row.columns.keySet().stream().sorted().toList()) {
      if (!stored.containsField(name)) {
        throw new UnreadableTrials(
            "trials/%s has no column %s. A part of a run of this study is valid."
                .formatted(part.getFileName(), name),
            null);
      }
      types.add(stored.getType(name));
    }
    return new TrialColumns(new MessageType(stored.getName(), types), row.inOrder());
  }

  /** What is to be read of a file. */
  MessageType projection() {
    return projection;
  }

  @Override
  public StoredTrial getCurrentRecord() {
    return row;
  }

  @Override
  public GroupConverter getRootConverter() {
    return row;
  }

  private static ParseStatus status(String id) {
    ParseStatus status = STATUSES.get(id);
    if (status == null) {
      throw new IllegalArgumentException("no parse_status " + id);
    }
    return status;
  }

  /** The row that is being read. */
  private static final class Row extends GroupConverter implements StoredTrial {

    private final Map<String, TrialColumn<?>> columns = new HashMap<>();
    private TrialColumn<?>[] ordered = {};

    private final TrialColumn.Numeric orderIndex = number("order_index");
    private final TrialColumn.Text<String> scenario = text("scenario");
    private final TrialColumn.Text<String> model = text("model");
    private final TrialColumn.Text<String> paraphrase = text("paraphrase");
    private final TrialColumn.Numeric temperature = number("temperature");
    private final TrialColumn.Text<String> query = text("query_id");
    private final TrialColumn.Text<String> condition = text("condition");
    private final TrialColumn.Numeric windowStart = number("window_start");
    private final TrialColumn.Text<ParseStatus> parseStatus =
        text("parse_status", TrialColumns::status);
    private final TrialColumn.Numeric complied = number("complied");
    private final TrialColumn.Text<Behaviour> category =
        text("category", id -> Behaviour.valueOf(id.toUpperCase(Locale.ROOT)));
    private final TrialColumn.Numeric afPartial = number("af_partial");
    private final TrialColumn.Numeric afFull = number("af_full");
    private final TrialColumn.Numeric considers = number("considers_af");
    private final TrialColumn.Numeric afVotes = number(AF_VOTES);
    private final TrialColumn.Text<String> decision = text(DECISION);
    private final TrialColumn.Numeric attempts = number("attempts");
    private final TrialColumn.Numeric sentAt = number("sent_at");
    private final TrialColumn.Text<String> responseModel = text("response_model");
    private final TrialColumn.Text<String> failureCategory = text("failure_category");
    private final TrialColumn.Numeric reused = number("reused");
    private final TrialColumn.Text<String> responseText = new TrialColumn.Text<>(text -> text);
    private final TrialColumn.Text<String> reasoningText = new TrialColumn.Text<>(text -> text);
    private final TrialColumn.Text<String> reasoningSource = new TrialColumn.Text<>(text -> text);
    private final TrialColumn.Text<String> finishReason = new TrialColumn.Text<>(text -> text);
    private final List<TrialColumn.Text<String>> factors = new ArrayList<>();
    private final Map<Measure, TrialColumn.Numeric> further = new EnumMap<>(Measure.class);

    Row(Study study) {
      study.measures().stream()
          .filter(Measure::isFurther)
          .forEach(measure -> further.put(measure, number(measure.id())));
      study.factors().stream()
          .map(Factor::name)
          .sorted()
          .forEach(name -> factors.add(text(TableSchema.columnOfFactor(name))));
    }

    Row withAnswers() {
      columns.put("response_text", responseText);
      columns.put("reasoning_text", reasoningText);
      columns.put("reasoning_source", reasoningSource);
      columns.put("finish_reason", finishReason);
      return this;
    }

    private TrialColumn.Text<String> text(String name) {
      return text(name, text -> text);
    }

    private <V> TrialColumn.Text<V> text(String name, Function<String, V> meaning) {
      TrialColumn.Text<V> column = new TrialColumn.Text<>(meaning);
      columns.put(name, column);
      return column;
    }

    private TrialColumn.Numeric number(String name) {
      TrialColumn.Numeric column = new TrialColumn.Numeric();
      columns.put(name, column);
      return column;
    }

    /** The same row, its columns in the order of their names: that of the projection. */
    Row inOrder() {
      ordered =
          columns.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(Map.Entry::getValue)
              .toArray(TrialColumn<?>[]::new);
      return this;
    }

    @Override
    public Converter getConverter(int field) {
      return ordered[field];
    }

    @Override
    public void start() {
      for (TrialColumn<?> column : ordered) {
        column.clear();
      }
    }

    @Override
    public void end() {}

    @Override
    public long orderIndex() {
      return orderIndex.whole();
    }

    @Override
    public String scenario() {
      return scenario.value();
    }

    @Override
    public String model() {
      return model.value();
    }

    @Override
    public String paraphrase() {
      return paraphrase.value();
    }

    @Override
    public double temperature() {
      return temperature.number();
    }

    @Override
    public String factor(int place) {
      return factors.get(place).value();
    }

    @Override
    public String query() {
      return query.value();
    }

    @Override
    public String condition() {
      return condition.value();
    }

    @Override
    public Long windowStartSeconds() {
      return windowStart.isNull() ? null : Long.valueOf(windowStart.whole() / 1000);
    }

    @Override
    public ParseStatus parseStatus() {
      return parseStatus.value();
    }

    @Override
    public Double complied() {
      return complied.value();
    }

    @Override
    public Behaviour behaviour() {
      return category.value();
    }

    @Override
    public Boolean afPartial() {
      return afPartial.truth();
    }

    @Override
    public Boolean afFull() {
      return afFull.truth();
    }

    @Override
    public Boolean considers() {
      return considers.truth();
    }

    @Override
    public Boolean afVotes() {
      return afVotes.truth();
    }

    @Override
    public SortedMap<Measure, Boolean> further() {
      if (further.isEmpty()) {
        return Collections.emptySortedMap();
      }
      SortedMap<Measure, Boolean> known = new TreeMap<>();
      further.forEach(
          (measure, column) -> {
            if (!column.isNull()) {
              known.put(measure, column.truth());
            }
          });
      return known;
    }

    @Override
    public String decision() {
      return decision.value();
    }

    @Override
    public int attempts() {
      return Math.toIntExact(attempts.whole());
    }

    @Override
    public long sentAtMillis() {
      return sentAt.isNull() ? 0 : sentAt.whole();
    }

    @Override
    public String responseModel() {
      return responseModel.value();
    }

    @Override
    public String failureCategory() {
      return failureCategory.value();
    }

    @Override
    public boolean isReused() {
      return reused.whole() != 0;
    }

    @Override
    public String responseText() {
      return responseText.value();
    }

    @Override
    public String reasoningText() {
      return reasoningText.value();
    }

    @Override
    public String reasoningSource() {
      return reasoningSource.value();
    }

    @Override
    public String finishReason() {
      return finishReason.value();
    }
  }
}
