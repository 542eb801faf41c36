package dev.gapline.transforms.statistics;

import java.util.Locale;

/**
 * What a row says of its hypothesis, and why; the columns {@code verdict} and {@code
 * verdict_reason}.
 */
public record Judgement(Outcome outcome, Reason reason) {

  /** Absence of evidence is never evidence of absence: the third value is for it. */
  public enum Outcome {
    /** What the hypothesis expects is shown. */
    SUPPORTED,
    /** What contradicts it is shown. */
    REFUTED,
    /** Neither is. */
    INCONCLUSIVE;

    /** The text in tables, such as {@code supported}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Why. */
  public enum Reason {
    /** Supported: the estimate differs from the threshold as expected. */
    BEYOND_THRESHOLD("beyond threshold"),
    /** Supported, yet the difference is smaller than what matters. */
    SMALLER_THAN_MARGIN("smaller than margin"),
    /** Equivalence supported. */
    WITHIN_MARGIN("within margin"),
    /** Equivalence supported, though the estimate differs from the threshold. */
    WITHIN_MARGIN_DIFFERS("within margin, differs from threshold"),
    /** Refuted: the estimate differs from the threshold on the other side. */
    OPPOSITE_DIRECTION("opposite direction"),
    /** Refuted: whatever there is is smaller than what matters. */
    BELOW_MARGIN("below margin"),
    /** Equivalence refuted: whatever there is matters. */
    BEYOND_MARGIN("beyond margin"),
    /** Inconclusive: nothing can be refuted without a margin. */
    NO_MARGIN("no margin declared"),
    /** Inconclusive: the data allow both. */
    TOO_WIDE("interval too wide"),
    /** Inconclusive: no p-value below alpha can be reached, or there is one prompt only. */
    TOO_FEW_QUERIES("too few queries"),
    /** Inconclusive: a claim about wordings needs five of them. */
    TOO_FEW_PARAPHRASES("too few paraphrases"),
    /** Inconclusive: a claim against drift needs five rounds. */
    TOO_FEW_ROUNDS("too few rounds");

    private final String id;

    Reason(String id) {
      this.id = id;
    }

    /** The text in tables. */
    public String id() {
      return id;
    }
  }

  static Judgement supported(Reason reason) {
    return new Judgement(Outcome.SUPPORTED, reason);
  }

  static Judgement refuted(Reason reason) {
    return new Judgement(Outcome.REFUTED, reason);
  }

  /** No verdict, for that reason. */
  public static Judgement inconclusive(Reason reason) {
    return new Judgement(Outcome.INCONCLUSIVE, reason);
  }
}
