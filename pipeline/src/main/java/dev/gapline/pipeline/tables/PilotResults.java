package dev.gapline.pipeline.tables;

import dev.gapline.pipeline.files.Assumptions;
import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.Verdict;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TableSchema;
import dev.gapline.transforms.statistics.Counts;
import dev.gapline.transforms.statistics.PilotEstimate;
import dev.gapline.transforms.statistics.QueryPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** What the trials of a pilot say of its models, scenario by scenario and by temperature. */
public final class PilotResults {

  private static final List<String> COLUMNS =
      List.of(
          "scenario",
          "query_id",
          "condition",
          "model",
          "temperature",
          "parse_status",
          "truncated",
          "prompt_tokens",
          "completion_tokens",
          "cost_usd",
          "attempts",
          "complied",
          "af_partial",
          "af_full",
          "considers_af",
          "af_votes");

  private static final List<Measure> FURTHER =
      Arrays.stream(Measure.values()).filter(Measure::isFurther).toList();

  private final Study pilot;

  /** By the coordinates of one entry, in the order of the study. */
  private final Map<Cell, Gathered> cells = new LinkedHashMap<>();

  private record Cell(String scenario, String model, double temperature) {}

  private record Ask(Measure measure, Contrast contrast) {}

  private PilotResults(Study pilot) {
    this.pilot = pilot;
    for (Scenario scenario : pilot.scenarios()) {
      pilot
          .models()
          .forEach(
              model ->
                  pilot
                      .temperatures()
                      .forEach(
                          temperature ->
                              cells.put(
                                  new Cell(scenario.name(), model.id(), temperature.value()),
                                  new Gathered())));
    }
  }

  /**
   * The assumptions that a finished pilot supports.
   *
   * @param pilot as it was run
   * @param studyName of the study that it was a pilot of
   * @param tables a folder of this machine that holds its trials
   */
  public static Assumptions assumptions(
      Study pilot, String studyName, RunFolder tables, RunState state) throws IOException {
    PilotResults results = new PilotResults(pilot);
    Tables.forEach(state.files(tables, "trials"), columns(), results::add);
    SortedMap<String, List<String>> queries = new TreeMap<>();
    for (Scenario scenario : pilot.scenarios()) {
      queries.put(scenario.name(), scenario.queries().stream().map(Query::id).sorted().toList());
    }
    return new Assumptions(
        new Assumptions.Pilot(studyName, pilot.seed(), pilot.samples(), queries), results.models());
  }

  private static Schema columns() {
    Schema trials = TableSchema.published("trials");
    return Schema.createRecord(
        trials.getName(),
        trials.getDoc(),
        trials.getNamespace(),
        false,
        Stream.concat(COLUMNS.stream(), FURTHER.stream().map(Measure::id))
            .map(trials::getField)
            .map(field -> new Schema.Field(field, field.schema()))
            .toList());
  }

  private void add(GenericRecord trial) {
    cells
        .get(
            new Cell(
                trial.get("scenario").toString(),
                trial.get("model").toString(),
                (Double) trial.get("temperature")))
        .add(trial);
  }

  private List<Assumptions.OfModel> models() {
    List<Assumptions.OfModel> models = new ArrayList<>();
    cells.forEach(
        (cell, gathered) -> {
          Temperature temperature =
              pilot.temperatures().stream()
                  .filter(one -> one.value() == cell.temperature())
                  .findFirst()
                  .orElseThrow();
          SortedMap<String, Assumptions.OfCondition> conditions = new TreeMap<>();
          pilot
              .conditions()
              .forEach(condition -> conditions.put(condition, gathered.condition(condition)));
          models.add(
              new Assumptions.OfModel(
                  cell.model(),
                  cell.scenario(),
                  temperature,
                  conditions,
                  gathered.use(),
                  asked().stream().map(gathered::gap).toList()));
        });
    return models;
  }

  /** What the study's hypotheses are about; compliance where it has none. */
  private List<Ask> asked() {
    List<Analysis.Hypothesis> primary = pilot.analysis().primary();
    return primary.isEmpty()
        ? pilot.contrasts().stream().map(contrast -> new Ask(Measure.COMPLIANCE, contrast)).toList()
        : primary.stream()
            .map(hypothesis -> new Ask(hypothesis.measure(), hypothesis.contrast()))
            .distinct()
            .toList();
  }

  /** The trials of one model in one scenario at one temperature. */
  private static final class Gathered {

    private final SortedMap<String, SortedMap<String, Tally>> byQuery = new TreeMap<>();
    private final SortedMap<String, Tally> byCondition = new TreeMap<>();
    private final SortedMap<String, Long> truncated = new TreeMap<>();
    private final Mean calls = new Mean();
    private final Mean promptTokens = new Mean();
    private final Mean completionTokens = new Mean();
    private final Mean usd = new Mean();

    void add(GenericRecord trial) {
      String condition = trial.get("condition").toString();
      Tally tally = Tally.of(verdict(trial));
      byQuery
          .computeIfAbsent(trial.get("query_id").toString(), query -> new TreeMap<>())
          .merge(condition, tally, Tally::plus);
      byCondition.merge(condition, tally, Tally::plus);
      truncated.merge(condition, (Boolean) trial.get("truncated") ? 1L : 0L, Long::sum);
      calls.add(trial.get("attempts"));
      promptTokens.add(trial.get("prompt_tokens"));
      completionTokens.add(trial.get("completion_tokens"));
      usd.add(trial.get("cost_usd"));
    }

    private static Verdict verdict(GenericRecord trial) {
      SortedMap<Measure, Boolean> further = new TreeMap<>();
      for (Measure measure : FURTHER) {
        Boolean holds = (Boolean) trial.get(measure.id());
        if (holds != null) {
          further.put(measure, holds);
        }
      }
      return new Verdict(
          ParseStatus.valueOf(trial.get("parse_status").toString().toUpperCase(Locale.ROOT)),
          (Double) trial.get("complied"),
          null,
          null,
          null,
          (Boolean) trial.get("af_partial"),
          (Boolean) trial.get("af_full"),
          (Boolean) trial.get("considers_af"),
          (Boolean) trial.get("af_votes"),
          further);
    }

    Assumptions.OfCondition condition(String condition) {
      Tally tally = byCondition.getOrDefault(condition, Tally.empty());
      double trials = (double) tally.planned();
      return new Assumptions.OfCondition(
          tally.planned(),
          trials == 0 ? 0 : 1 - tally.n(Measure.COMPLIANCE) / trials,
          trials == 0 ? 0 : truncated.get(condition) / trials);
    }

    Assumptions.Use use() {
      return new Assumptions.Use(
          calls.value(), promptTokens.value(), completionTokens.value(), usd.value());
    }

    Assumptions.OfGap gap(Ask ask) {
      List<QueryPair> pairs = new ArrayList<>();
      byQuery.forEach(
          (query, arms) ->
              pairs.add(
                  new QueryPair(
                      query,
                      List.of(counts(arms, ask.contrast().treatment(), ask.measure())),
                      List.of(counts(arms, ask.contrast().control(), ask.measure())))));
      PilotEstimate estimate = PilotEstimate.of(pairs);
      return new Assumptions.OfGap(
          ask.measure(),
          ask.contrast().name(),
          estimate.rateTreatment(),
          estimate.rateControl(),
          estimate.icc(),
          estimate.sdTier(),
          estimate.pairs() == 0 ? null : Long.valueOf(estimate.pairs()));
    }

    private static Counts counts(Map<String, Tally> arms, String condition, Measure measure) {
      return Counts.of(arms.getOrDefault(condition, Tally.empty()), measure);
    }
  }

  /** The mean of the numbers that are known. */
  private static final class Mean {
    private double sum;
    private long count;

    void add(Object number) {
      if (number != null) {
        sum += ((Number) number).doubleValue();
        count++;
      }
    }

    Double value() {
      return count == 0 ? null : Double.valueOf(sum / count);
    }
  }
}
