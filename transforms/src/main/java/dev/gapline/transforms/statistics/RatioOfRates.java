package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Analysis.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ratio of two rates a / b over the queries that both have, methods {@code ratio-log} and
 * {@code fieller} (Fieller 1954), with t(m - 1). Variances are the by-query sandwich's, that of the
 * logarithm by the delta method.
 */
public final class RatioOfRates {

  private static final int FEW_QUERIES = 10;
  private static final int FEW_DIFFERENCES = 5;

  /** Variances below this share of the square of what varies are 0. */
  private static final double TOLERANCE = 1e-24;

  private final QueryRates allA;
  private final QueryRates allB;
  private final int pairs;
  private final long differing;
  private final Influences a;
  private final Influences b;
  private final double alpha;
  private final List<Flag> flags = new ArrayList<>();

  private RatioOfRates(
      QueryRates allA, QueryRates allB, List<String> shared, Weights weights, double alpha) {
    this.allA = allA;
    this.allB = allB;
    this.pairs = shared.size();
    this.alpha = alpha;
    QueryRates sharedA = allA.only(shared);
    QueryRates sharedB = allB.only(shared);
    List<QueryRates.Rate> ratesA = List.copyOf(sharedA.rates());
    List<QueryRates.Rate> ratesB = List.copyOf(sharedB.rates());
    long unequal = 0;
    for (int i = 0; i < pairs; i++) {
      unequal += ratesA.get(i).rate().equals(ratesB.get(i).rate()) ? 0 : 1;
      if (!ratesA.get(i).subcells().equals(ratesB.get(i).subcells())) {
        flags.add(Flag.UNBALANCED_SUBCELLS);
      }
    }
    this.differing = unequal;
    this.a = Influences.of(ratesA, weights);
    this.b = Influences.of(ratesB, weights);
    if (pairs == 0) {
      flags.add(Flag.NO_PAIRS);
    }
    if (pairs == 1) {
      flags.add(Flag.ONE_QUERY);
    }
    long events = Math.min(sharedA.withEvents(), sharedB.withEvents());
    if (pairs < FEW_QUERIES || Math.min(differing, events) < FEW_DIFFERENCES) {
      flags.add(Flag.FEW_CLUSTERS);
    }
    if (a.rate() == 0) {
      flags.add(Flag.ZERO_EVENTS);
    } else if (isRatio() && !isSpread()) {
      flags.add(Flag.ZERO_SE);
    }
    if (b.rate() == 0) {
      flags.add(Flag.ZERO_DENOMINATOR);
    }
  }

  /**
   * The ratio of the first rate to the second.
   *
   * @param weights whether every query or every row weighs the same
   * @param alpha two-sided error of the interval, above 0 and below 0.5
   */
  public static RatioOfRates between(QueryRates a, QueryRates b, Weights weights, double alpha) {
    return new RatioOfRates(a, b, QueryRates.shared(a, b), weights, alpha);
  }

  /** Whether the ratio has an interval on the scale of its logarithm. */
  public boolean isLogarithmic() {
    return log().low() != null;
  }

  /**
   * The interval and test of the logarithm: SE^2 = m / (m - 1) sum (u_q(a) / a - u_q(b) / b)^2. It
   * has neither when the denominator's t interval touches 0, when a rate is 0, or without spread.
   */
  public ContrastEstimate log() {
    if (!isRatio() || !isSpread()) {
      return estimate(null, null, null, null);
    }
    double se = error(relativeInfluences());
    if (!isDenominatorClear()) {
      return estimate(se, null, null, null, Flag.UNBOUNDED);
    }
    WaldLimits limits = new WaldLimits(StrictMath.log(a.rate() / b.rate()), se, pairs - 1.0);
    return estimate(
        se,
        StrictMath.exp(limits.lower(alpha / 2)),
        StrictMath.exp(limits.upper(alpha / 2)),
        limits.pDiffers(0));
  }

  /**
   * Fieller's interval (1954): the ratios r at which the t test of a - r b does not reject. It has
   * no upper limit when the denominator's t interval touches 0, and no lower one unless the
   * numerator's excludes 0. p is the t test of a - b, so that it agrees with the interval at 1.
   */
  public ContrastEstimate fieller() {
    if (!isRatio() || !isSpread()) {
      return estimate(null, null, null, null);
    }
    double[] differences = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      differences[i] = a.at(i) - b.at(i);
    }
    double se = error(differences);
    double t = t();
    double q = b.rate() * b.rate() - t * t * b.covariance(b);
    double h = a.rate() * b.rate() - t * t * a.covariance(b);
    double r = a.rate() * a.rate() - t * t * a.covariance(a);
    double root = StrictMath.sqrt(Math.max(0, h * h - q * r));
    Double p =
        se * se > TOLERANCE
            ? Double.valueOf(new WaldLimits(a.rate() - b.rate(), se, pairs - 1.0).pDiffers(0))
            : null;
    if (q > 0) {
      return estimate(null, Math.max(0, (h - root) / q), (h + root) / q, p);
    }
    Double low = r > 0 && h + root > 0 ? Double.valueOf(r / (h + root)) : null;
    return estimate(null, low, null, p, Flag.UNBOUNDED);
  }

  private boolean isRatio() {
    return pairs > 1 && b.rate() > 0;
  }

  /** Whether the ratio differs between queries; it has no standard error where it does not. */
  private boolean isSpread() {
    double se = error(relativeInfluences());
    return a.rate() > 0 && se * se > TOLERANCE;
  }

  private double[] relativeInfluences() {
    double[] relative = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      relative[i] = a.at(i) / a.rate() - b.at(i) / b.rate();
    }
    return relative;
  }

  private boolean isDenominatorClear() {
    return b.rate() * b.rate() > t() * t() * b.covariance(b);
  }

  private double t() {
    return Quantiles.student(alpha / 2, pairs - 1.0);
  }

  private double error(double[] terms) {
    double squares = Arrays.stream(terms).map(term -> term * term).sum();
    return StrictMath.sqrt(pairs / (pairs - 1.0) * squares);
  }

  private ContrastEstimate estimate(Double se, Double low, Double high, Double p, Flag... further) {
    List<Flag> all = new ArrayList<>(flags);
    all.addAll(List.of(further));
    return new ContrastEstimate(
        allA.clusters(),
        allB.clusters(),
        pairs,
        differing,
        pairs == 0 ? null : Double.valueOf(a.rate()),
        pairs == 0 ? null : Double.valueOf(b.rate()),
        pairs == 0 || b.rate() == 0 ? null : Double.valueOf(a.rate() / b.rate()),
        se,
        null,
        pairs > 1 ? Double.valueOf(pairs - 1.0) : null,
        null,
        low,
        high,
        p,
        null,
        null,
        Flag.ids(all));
  }
}
