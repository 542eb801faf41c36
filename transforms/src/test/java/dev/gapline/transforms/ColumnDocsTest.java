package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.CheckArm;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.transforms.statistics.Flag;
import dev.gapline.transforms.statistics.Judgement;
import dev.gapline.transforms.statistics.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** A reader of a table finds every word of it explained, and every number with its formula. */
class ColumnDocsTest {

  /** Tables of estimates, whose numbers have formulas. */
  private static final List<String> ESTIMATES =
      List.of("rates", "gaps", "contrasts", "sensitivity", "checks");

  @Test
  void everyColumnIsDocumentedInASentenceAtLeast() {
    for (String table : TableSchema.NAMES) {
      for (Schema.Field column : TableSchema.published(table).getFields()) {
        String doc = column.doc();
        assertTrue(doc.length() >= 25 && doc.endsWith("."), table + "." + column.name());
        if (column.schema().getType() == Schema.Type.ARRAY
            && column.schema().getElementType().getType() == Schema.Type.RECORD) {
          column.schema().getElementType().getFields().forEach(part -> assertNotNull(part.doc()));
        }
      }
    }
  }

  @Test
  void aColumnThatMayBeNullSaysWhenItIs() {
    Pattern when = Pattern.compile("(?i)\\b(null|likewise)\\b");
    for (String table : TableSchema.NAMES) {
      for (Schema.Field column : TableSchema.published(table).getFields()) {
        assertTrue(
            !column.schema().isNullable() || when.matcher(column.doc()).find(),
            table + "." + column.name());
      }
    }
  }

  @Test
  void everyMethodIsNamedWithItsFormulaAndSource() {
    for (Method method : Method.values()) {
      ColumnDocs.assertNamed(tableOf(method), "method", List.of(method.id()));
    }
    for (String table : ESTIMATES) {
      String doc = TableSchema.published(table).getField("method").doc();
      assertTrue(Pattern.compile("\\b(19|20)\\d\\d\\b").matcher(doc).find(), table + ".method");
    }
  }

  private static String tableOf(Method method) {
    return switch (method) {
      case WILSON, WILSON_CLUSTER, CLOPPER_PEARSON -> "rates";
      case DIFF_OF_DIFFS, RATIO_LOG, FIELLER, WALD_INTERACTION -> "contrasts";
      case PAIRED_CLUSTER_MACRO,
          PAIRED_CLUSTER_MICRO,
          TWO_WAY,
          WITHIN_QUERY,
          NEWCOMBE_PAIRED,
          MCNEMAR,
          SIGN_FLIP,
          NEWCOMBE,
          UNPAIRED_WALD,
          BOOTSTRAP,
          COMPLETE_CASE,
          MANSKI,
          HOROWITZ_MANSKI,
          EQUIVALENCE ->
          "gaps";
    };
  }

  @Test
  void everyMethodOfAGapIsNamedWhereItsNumbersAreExplained() {
    for (Method method : Method.values()) {
      if (tableOf(method).equals("gaps")) {
        for (String column : List.of("gap", "se", "p_superiority")) {
          ColumnDocs.assertNamed("gaps", column, List.of(method.id()));
        }
      }
    }
  }

  @Test
  void everyFlagIsExplainedInTheTablesThatMayCarryIt() {
    for (Flag flag : Flag.values()) {
      for (String table : tablesOf(flag)) {
        ColumnDocs.assertNamed(table, "flags", List.of(flag.id()));
      }
    }
    for (String table : List.of("rates", "gaps", "contrasts", "sensitivity")) {
      ColumnDocs.assertNamed(table, "flags", List.of(EstimateLevel.RESPONSE_MODELS));
    }
    for (String table : List.of("rates", "gaps")) {
      ColumnDocs.assertNamed(table, "flags", List.of(EstimateLevel.ROWS_SHARE_QUERIES));
    }
  }

  private static Set<String> tablesOf(Flag flag) {
    return switch (flag) {
      case UNCONTROLLED,
          BOUNDS_ONLY,
          BOUNDS_CHANGE_VERDICT,
          FEW_PARAPHRASES,
          FEWER_THAN_TWO_VALUES,
          MISSINGNESS_DIFFERS,
          MORE_THAN_ONE_PAIR,
          TEST_ONLY,
          TOO_MANY_FLIPS,
          UNDEFINED_REPLICATES ->
          Set.of("gaps");
      case UNBALANCED,
          NEEDS_TWO_SAMPLES,
          TOO_FEW_QUERIES,
          INCLUDES_WITHIN,
          BELOW_ZERO,
          TOO_FEW_PARAPHRASES,
          TOO_FEW_ROUNDS,
          NO_ROUNDS,
          NO_ZERO_TEMPERATURE,
          NO_EXPOSURE_VERDICT ->
          Set.of("sensitivity");
      case ONE_QUERY, NO_SHARED_QUERIES, SINGULAR, UNBOUNDED, ZERO_DENOMINATOR ->
          Set.of("contrasts");
      case FEW_CLUSTERS, UNBALANCED_SUBCELLS, ZERO_SE -> Set.copyOf(ESTIMATES);
      case NO_PAIRS -> Set.of("gaps", "contrasts", "sensitivity", "checks");
      case NO_ROWS, NOT_BINARY, THIS_PROMPT -> Set.of("rates", "gaps", "sensitivity", "checks");
      case ZERO_EVENTS -> Set.of("rates", "contrasts", "sensitivity");
    };
  }

  @Test
  void everyVerdictAndEveryReasonIsExplained() {
    for (String table : List.of("gaps", "contrasts", "sensitivity", "checks")) {
      ColumnDocs.assertNamed(
          table, "verdict", words(Judgement.Outcome.values(), Judgement.Outcome::id));
    }
    ColumnDocs.assertNamed(
        "gaps", "verdict_reason", words(Judgement.Reason.values(), Judgement.Reason::id));
    ColumnDocs.assertNamed(
        "gaps", "hypothesis", words(Analysis.Expectation.values(), ColumnDocsTest::lower));
  }

  @Test
  void whatAStudyMayDeclareIsNamedWhereItShows() {
    List<String> weights = words(Analysis.Weights.values(), ColumnDocsTest::lower);
    ColumnDocs.assertNamed("rates", "weights", weights);
    ColumnDocs.assertNamed("gaps", "weights", weights);
    for (String table : List.of("gaps", "contrasts")) {
      ColumnDocs.assertNamed(
          table, "conventions", weights.stream().map(name -> "weights=" + name).toList());
    }
    List<String> targets = words(Analysis.Target.values(), ColumnDocsTest::lower);
    ColumnDocs.assertNamed("gaps", "target_queries", targets);
    ColumnDocs.assertNamed("gaps", "target_paraphrases", targets);
    ColumnDocs.assertNamed("rates", "target_queries", targets);
    ColumnDocs.assertNamed(
        "gaps", "p_adjusted", words(Analysis.Correction.values(), ColumnDocsTest::lower));
    for (View view : View.values()) {
      if (view.convention() != null) {
        ColumnDocs.assertNamed("rates", "conventions", List.of(view.convention()));
        ColumnDocs.assertNamed("gaps", "conventions", List.of(view.convention()));
      }
    }
    ColumnDocs.assertNamed(
        "contrasts", "quantity", words(ContrastFinding.Quantity.values(), ColumnDocsTest::lower));
  }

  @Test
  void whatBecomesOfATrialIsNamedInItsColumns() {
    ColumnDocs.assertNamed("trials", "parse_status", words(ParseStatus.values(), ParseStatus::id));
    ColumnDocs.assertNamed(
        "trials", "failure_category", words(FailureCategory.values(), FailureCategory::id));
    ColumnDocs.assertNamed(
        "trials",
        "category",
        EnumSet.complementOf(EnumSet.of(Behaviour.UNREADABLE)).stream()
            .map(ColumnDocsTest::lower)
            .toList());
    ColumnDocs.assertNamed("trials", "condition", words(CheckArm.values(), arm -> arm.of("free")));
    for (String table : List.of("rates", "gaps", "contrasts")) {
      ColumnDocs.assertNamed(table, "measure", words(Measure.values(), Measure::id));
    }
    for (ParseStatus status : ParseStatus.values()) {
      if (!status.isReadable()) {
        assertNotNull(TableSchema.published("rates").getField("missing_" + status.id()));
      }
    }
  }

  @Test
  void everyAxisAndEveryCheckIsNamed() {
    ColumnDocs.assertNamed(
        "contrasts",
        "axis",
        List.of(
            ContrastAxis.SCENARIO,
            ContrastAxis.MODEL,
            ContrastAxis.TEMPERATURE,
            ContrastAxis.PARAPHRASE,
            "contrast",
            "condition"));
    ColumnDocs.assertNamed(
        "checks",
        "check",
        List.of(
            EstimateChecks.REPEAT,
            EstimateChecks.SHAM,
            EstimateChecks.MISSINGNESS,
            EstimateChecks.SEND_ORDER,
            EstimateChecks.DRIFT,
            EstimateChecks.RESPONSE_MODEL,
            EstimateChecks.SIGN_FLIP));
  }

  /** Columns that a documentation refers to, as {@code table.column}. */
  @Test
  void aReferenceToAnotherColumnLeadsToOne() {
    Set<String> columns = new HashSet<>();
    for (String table : TableSchema.NAMES) {
      TableSchema.published(table)
          .getFields()
          .forEach(field -> columns.add(table + "." + field.name()));
    }
    Pattern reference = Pattern.compile("\\b(" + String.join("|", TableSchema.NAMES) + ")\\.\\w+");
    int found = 0;
    for (String table : TableSchema.NAMES) {
      for (Schema.Field column : TableSchema.published(table).getFields()) {
        Matcher matcher = reference.matcher(column.doc());
        while (matcher.find()) {
          assertTrue(columns.contains(matcher.group()), matcher.group());
          found++;
        }
      }
    }
    assertFalse(found == 0);
  }

  @Test
  void aWordThatNobodyExplainsIsFound() {
    assertEquals(
        "gaps.role does not say what \"accidental\" means: "
            + TableSchema.published("gaps").getField("role").doc()
            + " ==> expected: <true> but was: <false>",
        assertThrows(
                AssertionError.class,
                () -> ColumnDocs.assertNamed("gaps", "role", List.of("accidental")))
            .getMessage());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <E> List<String> words(E[] constants, Function<E, String> word) {
    return Arrays.stream(constants).map(word).toList();
  }
}
