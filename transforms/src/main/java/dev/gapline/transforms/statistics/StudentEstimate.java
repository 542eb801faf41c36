package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis.Expectation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A number with its t interval. What does not exist is null, with the reason in {@code flags}.
 *
 * @param value the estimate
 * @param se its standard error, above 0
 * @param df degrees of freedom, at least 1
 * @param low lower limit of the 1 - alpha interval, not cut at what is possible
 * @param high upper limit of it
 * @param p two-sided p-value of "the truth is 0"
 * @param clusters queries behind it
 * @param flags sorted
 */
public record StudentEstimate(
    Double value,
    Double se,
    Double df,
    Double low,
    Double high,
    Double p,
    long clusters,
    List<String> flags) {

  /** Differences of rates of so little are rounding. */
  static final double ROUNDING = 1e-10;

  public StudentEstimate {
    flags = List.copyOf(flags);
  }

  /** An estimate that does not exist. */
  public static StudentEstimate none(long clusters, Flag... reasons) {
    return new StudentEstimate(
        null, null, null, null, null, null, clusters, Flag.ids(List.of(reasons)));
  }

  /** A number without an interval. */
  public static StudentEstimate bare(double value, long clusters, Flag... reasons) {
    return new StudentEstimate(
        value, null, null, null, null, null, clusters, Flag.ids(List.of(reasons)));
  }

  /** The estimate plus or minus t times its standard error; without an interval where that is 0. */
  static StudentEstimate of(
      double value, double se, double df, double alpha, long clusters, Flag... flags) {
    Set<Flag> all = EnumSet.noneOf(Flag.class);
    all.addAll(List.of(flags));
    if (!(se > ROUNDING)) {
      all.add(Flag.ZERO_SE);
      return bare(value, clusters, all.toArray(Flag[]::new));
    }
    WaldLimits limits = new WaldLimits(value, se, df);
    return new StudentEstimate(
        value,
        se,
        df,
        limits.lower(alpha / 2),
        limits.upper(alpha / 2),
        limits.pDiffers(0),
        clusters,
        Flag.ids(all));
  }

  /** The mean over queries of one number each, with the standard error by query and t(m - 1). */
  public static StudentEstimate ofMean(double[] byQuery, double alpha, Flag... flags) {
    Set<Flag> all = EnumSet.noneOf(Flag.class);
    all.addAll(List.of(flags));
    if (byQuery.length == 0) {
      all.add(Flag.NO_ROWS);
      return none(0, all.toArray(Flag[]::new));
    }
    double mean = Means.mean(byQuery);
    if (byQuery.length == 1) {
      all.add(Flag.THIS_PROMPT);
      return bare(mean, 1, all.toArray(Flag[]::new));
    }
    return of(
        mean, Means.standardError(byQuery), byQuery.length - 1.0, alpha, byQuery.length, flags);
  }

  /** The same with a further flag. */
  StudentEstimate with(Flag flag) {
    List<String> all =
        Stream.concat(flags.stream(), Stream.of(flag.id())).distinct().sorted().toList();
    return new StudentEstimate(value, se, df, low, high, p, clusters, all);
  }

  /** The same with another p-value. */
  public StudentEstimate withP(Double other) {
    return new StudentEstimate(value, se, df, low, high, other, clusters, flags);
  }

  /** One-sided p-value of "not smaller than the margin", as {@link Equivalence#p}. */
  public Double pEquivalence(Expectation expectation, Double margin) {
    return se == null || margin == null
        ? null
        : Double.valueOf(Equivalence.p(new WaldLimits(value, se, df), 0, expectation, margin));
  }

  /**
   * The verdict on it, as {@link Verdicts} draws it; with one query, or without a standard error,
   * inconclusive.
   *
   * @param pAdjusted the p-value adjusted within its family; null when it does not exist
   * @param pEquivalence of {@link #pEquivalence}, adjusted where the family asks for it; null when
   *     it does not exist
   */
  public Judgement judge(
      Expectation expectation, Double margin, double alpha, Double pAdjusted, Double pEquivalence) {
    if (clusters < 2 || flags.contains(Flag.TOO_FEW_QUERIES.id())) {
      return Judgement.inconclusive(Judgement.Reason.TOO_FEW_QUERIES);
    }
    if (se == null) {
      return Judgement.inconclusive(Judgement.Reason.TOO_WIDE);
    }
    return Verdicts.judge(
        new Evidence(value, low, high, pAdjusted, pEquivalence, margin, alpha), expectation);
  }
}
