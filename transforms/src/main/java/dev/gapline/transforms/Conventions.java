package dev.gapline.transforms;

import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Verdict;

/**
 * How a trial's raw items become a value of a measure: one convention on each axis on which
 * published studies differ.
 */
record Conventions(
    Parser parser, Missing missing, Filter filter, Trials trials, Rule rule, Measure measure) {

  /** Which answers can be read. */
  enum Parser {
    /** What stands in the output tag. */
    TAGS("tags"),
    /** Without an output tag, all text outside the reasoning. */
    LENIENT("lenient");

    private final String id;

    Parser(String id) {
      this.id = id;
    }
  }

  /** What stands for a value that is missing. */
  enum Missing {
    /** Nothing: the trial is left out. */
    COMPLETE_CASE("complete-case"),
    /** What an answer that does not comply would have. */
    AS_NONCOMPLIANT("as-noncompliant"),
    /** What makes the gap smallest: 0 in the treatment, 1 in the control (Manski). */
    WORST_CASE_LOW("worst-case-low"),
    /** What makes the gap largest. */
    WORST_CASE_HIGH("worst-case-high");

    private final String id;

    Missing(String id) {
      this.id = id;
    }
  }

  /** What a provider's content filter is. */
  enum Filter {
    /** A missing answer: the estimand is the model's behaviour. */
    MISSING("missing"),
    /** An outcome that does not comply: the estimand is the system's behaviour. */
    NONCOMPLIANT("noncompliant");

    private final String id;

    Filter(String id) {
      this.id = id;
    }
  }

  /** Which trials count. */
  enum Trials {
    /** All that are stored. */
    ALL("all"),
    /** Those that their first call settled. */
    WITHOUT_RETRIED("without-retried");

    private final String id;

    Trials(String id) {
      this.id = id;
    }
  }

  /** In place of a doubled value, which is 0, 1 or 2: the trial has none. */
  static final int NONE = -1;

  /** What the study itself says of a measure, before any other convention is tried. */
  static Conventions declared(Measure measure) {
    return new Conventions(
        Parser.TAGS,
        Missing.COMPLETE_CASE,
        Filter.MISSING,
        Trials.ALL,
        Rule.declared(measure),
        measure);
  }

  /** The same conventions for another measure, by that measure's own rule. */
  Conventions of(Measure other) {
    return other == measure
        ? this
        : new Conventions(parser, missing, filter, trials, Rule.declared(other), other);
  }

  /**
   * Twice the value of a trial: 0, 1 or 2; {@link #NONE} when it does not count.
   *
   * @param isTreatment the arm, for worst cases
   */
  int twice(RawItems trial, boolean isTreatment) {
    if (trials == Trials.WITHOUT_RETRIED && trial.isRetried()) {
      return NONE;
    }
    Verdict verdict = parser == Parser.LENIENT ? trial.lenient() : trial.tags();
    Integer value = rule.twice(verdict, measure);
    if (value != null) {
      return value;
    }
    int noncompliant = measure.holdsWithoutCompliance() ? 2 : 0;
    if (filter == Filter.NONCOMPLIANT && verdict.parseStatus() == ParseStatus.API_FILTER) {
      return noncompliant;
    }
    return switch (missing) {
      case COMPLETE_CASE -> NONE;
      case AS_NONCOMPLIANT -> noncompliant;
      case WORST_CASE_LOW -> isTreatment ? 0 : 2;
      case WORST_CASE_HIGH -> isTreatment ? 2 : 0;
    };
  }

  /** The identifiers, in the form of the column {@code conventions} of {@code gaps}. */
  String text() {
    return "parser=%s; missing=%s; filter=%s; trials=%s%s"
        .formatted(
            parser.id,
            missing.id,
            filter.id,
            trials.id,
            rule.id().isEmpty() ? "" : "; " + rule.id());
  }
}
