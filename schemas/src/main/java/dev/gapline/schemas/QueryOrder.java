package dev.gapline.schemas;

import java.util.function.ToLongBiFunction;

/**
 * Which query stands at which position of a round of the plan: a random order by round. Where some
 * queries are asked further arms ({@link CheckQueries}), these stand at positions spread evenly
 * over the round, in a random order among themselves, so that every block's first trial is known
 * without visiting those before it.
 */
final class QueryOrder {

  private final long queries;
  private final Thinned positions;
  private final CheckQueries checked;
  private final ToLongBiFunction<String, Long> seeds;

  /**
   * The order of so many queries.
   *
   * @param share of the positions, and of the queries, with further arms
   * @param seeds a seed by the name of what is drawn and a number
   */
  QueryOrder(long queries, Thinned share, ToLongBiFunction<String, Long> seeds) {
    this.queries = queries;
    this.positions = share;
    this.checked = new CheckQueries(share, queries, seeds.applyAsLong("check-queries", 0L));
    this.seeds = seeds;
  }

  /** How many queries are asked the further arms. */
  long checked() {
    return checked.count();
  }

  /** Whether that query is asked the further arms. */
  boolean isChecked(long query) {
    return checked.has(query);
  }

  /** The query at a position. */
  long at(long round, long position) {
    if (checked.count() == 0) {
      return all(round).at(position);
    }
    return positions.has(position)
        ? checked.at(among(round).at(positions.among(position)))
        : checked.otherAt(others(round).at(position - positions.among(position)));
  }

  /** The position of a query: the inverse of {@link #at}. */
  long positionOf(long round, long query) {
    if (checked.count() == 0) {
      return all(round).positionOf(query);
    }
    long before = checked.before(query);
    return checked.has(query)
        ? positions.at(among(round).positionOf(before))
        : positions.otherAt(others(round).positionOf(query - before));
  }

  private Permutation all(long round) {
    return new Permutation(queries, seeds.applyAsLong("queries", round));
  }

  private Permutation among(long round) {
    return new Permutation(checked.count(), seeds.applyAsLong("queries-checked", round));
  }

  private Permutation others(long round) {
    return new Permutation(queries - checked.count(), seeds.applyAsLong("queries", round));
  }
}
