package dev.gapline.transforms.statistics;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A gap whose queries and rates are known, and whose interval is to be chosen.
 *
 * @param pairs the queries behind it
 * @param rateTreatment 0 to 1
 * @param rateControl 0 to 1
 * @param gap their difference, -1 to 1
 * @param alpha two-sided error of the interval
 * @param flags so far
 */
record GapDraft(
    PairedDifferences pairs,
    double rateTreatment,
    double rateControl,
    double gap,
    double alpha,
    Set<Flag> flags) {

  GapDraft {
    flags = Set.copyOf(flags);
  }

  /** No gap at all, for the given reasons. */
  static GapEstimate missing(PairedDifferences pairs, Flag... reasons) {
    return new GapEstimate(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        pairs.clusters(),
        pairs.pairs(),
        pairs.unpairedQueries(),
        pairs.nonzero(),
        null,
        null,
        null,
        Flag.ids(List.of(reasons)));
  }

  /** This draft with further flags. */
  GapDraft with(Flag... more) {
    Set<Flag> all = new HashSet<>(flags);
    all.addAll(Arrays.asList(more));
    return new GapDraft(pairs, rateTreatment, rateControl, gap, alpha, all);
  }

  /**
   * One query alone: Newcombe's interval over its values, and no p, for a claim about prompts
   * cannot be tested on one.
   */
  GapEstimate ofThisPrompt(Counts treatment, Counts control) {
    GapDraft draft = with(Flag.THIS_PROMPT);
    return treatment.isBinary() && control.isBinary()
        ? draft.estimate(
            null,
            null,
            new NewcombeLimits(
                rateTreatment, (double) treatment.n(), rateControl, (double) control.n()),
            null)
        : draft.with(Flag.NOT_BINARY).estimate(null, null, null, null);
  }

  /** All queries alike: Newcombe's interval that counts {@code clusters} queries in either arm. */
  GapEstimate withoutSpread(long clusters, String seed) {
    Limits limits = newcombe(clusters);
    GapDraft draft = with(Flag.ZERO_SE);
    return (pairs.isFew() ? draft.with(Flag.FEW_CLUSTERS) : draft)
        .estimate(null, null, limits, signFlip(seed));
  }

  /**
   * Nothing varies: Newcombe's interval that counts {@code clusters} in either arm, and the p-value
   * at which it would touch 0, so that both say the same.
   */
  GapEstimate withScoreLimits(long clusters) {
    Limits limits = newcombe(clusters);
    return with(Flag.ZERO_SE).estimate(null, null, limits, limits.pDiffers(0), null);
  }

  /** The t interval, or with few clusters what stands in for it. */
  GapEstimate withSpread(double se, double df, String seed) {
    WaldLimits student = new WaldLimits(gap, se, df);
    if (!pairs.isFew()) {
      return estimate(se, df, student, student.pDiffers(0), null);
    }
    Limits limits = pairs.isOnePairEach() ? pairs.newcombePaired() : student;
    return with(Flag.FEW_CLUSTERS).estimate(se, df, limits, signFlip(seed));
  }

  /** The t interval and its p-value. */
  GapEstimate student(double se, double df) {
    WaldLimits limits = new WaldLimits(gap, se, df);
    return estimate(se, df, limits, limits.pDiffers(0), null);
  }

  /** An interval that was found otherwise than from limits. */
  GapEstimate between(double se, Interval wide, Interval narrow) {
    return estimate(se, null, null, wide.within(-1, 1), narrow.within(-1, 1), null, null);
  }

  /** Newcombe's limits that count {@code clusters} queries in either arm. */
  NewcombeLimits newcombe(long clusters) {
    double n = (double) clusters;
    return new NewcombeLimits(rateTreatment, n, rateControl, n);
  }

  /** This draft with the gap taken otherwise. */
  GapDraft at(double otherGap) {
    return new GapDraft(pairs, rateTreatment, rateControl, otherGap, alpha, flags);
  }

  /** The sign-flip test of the pairs; null without any. */
  SignFlip signFlip(String seed) {
    return signFlip(seed, null);
  }

  /** The same with signs at hand. */
  SignFlip signFlip(String seed, Signs signs) {
    return pairs.pairs() == 0
        ? null
        : SignFlip.test(
            pairs.paired().stream().map(PairedDifferences.Difference::query).toList(),
            pairs.differences(),
            seed,
            signs);
  }

  private GapEstimate estimate(Double se, Double df, Limits limits, SignFlip test) {
    return test == null
        ? estimate(se, df, limits, null, null)
        : estimate(se, df, limits, test.p(), test.pFloor());
  }

  /** The estimate; its interval is null without limits. */
  GapEstimate estimate(Double se, Double df, Limits limits, Double p, Double pFloor) {
    Interval wide = limits == null ? null : interval(limits, alpha / 2);
    Interval narrow = limits == null ? null : interval(limits, alpha);
    return estimate(se, df, limits, wide, narrow, p, pFloor);
  }

  private GapEstimate estimate(
      Double se,
      Double df,
      Limits limits,
      Interval wide,
      Interval narrow,
      Double p,
      Double pFloor) {
    return new GapEstimate(
        gap,
        se,
        df,
        wide == null ? null : Double.valueOf(wide.low()),
        wide == null ? null : Double.valueOf(wide.high()),
        narrow == null ? null : Double.valueOf(narrow.low()),
        narrow == null ? null : Double.valueOf(narrow.high()),
        p,
        pFloor,
        pairs.clusters(),
        pairs.pairs(),
        pairs.unpairedQueries(),
        pairs.nonzero(),
        rateTreatment,
        rateControl,
        limits,
        Flag.ids(flags));
  }

  private static Interval interval(Limits limits, double tail) {
    return new Interval(limits.lower(tail), limits.upper(tail)).within(-1, 1);
  }
}
