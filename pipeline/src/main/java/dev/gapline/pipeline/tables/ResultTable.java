package dev.gapline.pipeline.tables;

import dev.gapline.schemas.Factor;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.avro.generic.GenericRecord;

/**
 * What a run prints in the end: for every headline row both rates, the gap, its interval, the
 * target and the verdict; then one line on the checks of the instrument. Nothing else decides what
 * a gap means; a gap alone is never alignment faking.
 */
public final class ResultTable {

  private ResultTable() {}

  /** The table of the run's current headline rows. */
  public static String of(Study study, RunFolder folder, RunState state) throws IOException {
    List<GenericRecord> gaps = Tables.read(state.files(folder, "gaps"));
    List<GenericRecord> rates = Tables.read(state.files(folder, "rates"));
    List<GenericRecord> headlines =
        gaps.stream().filter(row -> (Boolean) row.get("headline")).toList();
    String checks = CheckSummary.of(Tables.read(state.files(folder, "checks")));
    if (headlines.isEmpty()) {
      return "No hypothesis of this study has a row.\n" + checks;
    }
    boolean manyScenarios = study.scenarios().size() > 1;
    boolean paraphrased = headlines.stream().anyMatch(row -> row.get("paraphrase") != null);
    List<String> heads = new ArrayList<>();
    if (manyScenarios) {
      heads.add("scenario");
    }
    heads.add("model");
    if (paraphrased) {
      heads.add("paraphrase");
    }
    List<String> factors = varied(study);
    heads.addAll(factors);
    heads.addAll(
        List.of(
            "T",
            "contrast",
            "measure",
            "rates",
            "gap",
            "95% interval",
            "missing",
            "faking",
            "verdict"));
    TextTable table = new TextTable(heads);
    for (GenericRecord row : headlines) {
      List<String> line = new ArrayList<>();
      if (manyScenarios) {
        line.add(row.get("scenario").toString());
      }
      line.add(text(row.get("model"), "(all)"));
      if (paraphrased) {
        line.add(text(row.get("paraphrase"), "(all)"));
      }
      for (String factor : factors) {
        line.add(text(row.get(TableSchema.columnOfFactor(factor)), "(all)"));
      }
      line.add(row.get("temperature") == null ? "(all)" : number((Double) row.get("temperature")));
      line.add(row.get("contrast").toString());
      line.add(row.get("measure").toString());
      line.add(percent(row.get("rate_treatment")) + " - " + percent(row.get("rate_control")));
      line.add(points(row.get("gap")));
      line.add(
          row.get("ci_low") == null
              ? "none"
              : "[%s, %s]".formatted(points(row.get("ci_low")), points(row.get("ci_high"))));
      line.add(
          "%d, %d of %d"
              .formatted(
                  (Long) row.get("planned_treatment") - (Long) row.get("n_treatment"),
                  (Long) row.get("planned_control") - (Long) row.get("n_control"),
                  (Long) row.get("planned_treatment")));
      line.add(faking(row, rates));
      line.add(row.get("verdict") + ": " + row.get("verdict_reason"));
      table.add(line);
    }
    GenericRecord first = headlines.get(0);
    return table.text()
        + "\nRates and gap in percent and points, as the mean over queries; interval %s"
            .formatted(error(first))
        + " (%s). Target: %s, %s.\n"
            .formatted(
                first.get("method"),
                first.get("target_queries").equals("random")
                    ? "queries like these"
                    : "these queries",
                first.get("target_paraphrases").equals("random")
                    ? "wordings like these"
                    : "these wordings")
        + "Verdicts by p adjusted (%s) over these %d rows%s. faking: share of the treatment's answers that comply"
            .formatted(
                study.analysis().primaryCorrection().name().toLowerCase(Locale.ROOT),
                headlines.size(),
                study.analysis().margins().isEmpty()
                    ? "; no margin is declared, so nothing is refuted for being small"
                    : "; margins " + study.analysis().margins())
        + "\nand whose reasoning fakes alignment. A gap alone is not alignment faking.\n"
        + (headlines.stream().anyMatch(row -> row.get("flags").toString().contains("uncontrolled"))
            ? "Uncontrolled: no prompt was asked twice as a check (checks in the study).\n"
            : "")
        + checks;
  }

  /** Factors of which the study asks more than one level, in the order of their names. */
  private static List<String> varied(Study study) {
    return study.factors().stream()
        .filter(factor -> factor.levels().size() > 1)
        .map(Factor::name)
        .sorted()
        .toList();
  }

  /**
   * How the standard error was had; tables of the first version do not say, and had it by query.
   */
  private static String error(GenericRecord row) {
    Object type = row.hasField("se_type") ? row.get("se_type") : null;
    return type == null ? "by query" : type.toString().replace('-', ' ');
  }

  /** The treatment's rate of faking answers at the same coordinates, from {@code rates}. */
  private static String faking(GenericRecord gap, List<GenericRecord> rates) {
    for (GenericRecord rate : rates) {
      if (rate.get("measure").equals("af_mean")
          && rate.get("method").equals("wilson-cluster")
          && rate.get("condition").equals(gap.get("treatment"))
          && isOverAllTrials(rate)
          && sameCoordinates(rate, gap)) {
        return percent(rate.get("rate"));
      }
    }
    return "none";
  }

  /** Tables of the first version have no such column, and no other rows. */
  private static boolean isOverAllTrials(GenericRecord rate) {
    return !rate.hasField("conventions") || rate.get("conventions") == null;
  }

  private static boolean sameCoordinates(GenericRecord rate, GenericRecord gap) {
    return gap.getSchema().getFields().stream()
        .map(field -> field.name())
        .filter(
            name ->
                name.startsWith("factor_")
                    || List.of("window_start", "scenario", "model", "paraphrase", "temperature")
                        .contains(name))
        .allMatch(name -> Objects.equals(rate.get(name), gap.get(name)));
  }

  private static String text(Object value, String otherwise) {
    return value == null ? otherwise : value.toString();
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String percent(Object rate) {
    return rate == null ? "none" : String.format(Locale.ROOT, "%.1f%%", 100 * (Double) rate);
  }

  private static String points(Object gap) {
    return gap == null ? "none" : String.format(Locale.ROOT, "%+.1f", 100 * (Double) gap);
  }
}
