package dev.gapline.schemas;

/**
 * Which queries of a plan are asked the arms that check the instrument: a seeded {@code round(share
 * n)} of them, one of every few that follow each other, so that more queries leave the choice among
 * the first ones as it was.
 */
final class CheckQueries {

  private final Thinned share;
  private final long queries;
  private final long seed;

  CheckQueries(Thinned share, long queries, long seed) {
    this.share = share;
    this.queries = queries;
    this.seed = seed;
  }

  /** How many there are. */
  long count() {
    return share.among(queries);
  }

  boolean has(long query) {
    long stratum = share.among(query);
    return stratum < count() && at(stratum) == query;
  }

  /** The check query of which {@code rank} are smaller. */
  long at(long rank) {
    long first = share.firstWith(rank);
    long length = share.firstWith(rank + 1) - first;
    return first
        + Long.remainderUnsigned(Hashing.splitmix64(seed ^ Hashing.splitmix64(rank)), length);
  }

  /** How many check queries are smaller than that query. */
  long before(long query) {
    long stratum = share.among(query);
    return stratum < count() && at(stratum) < query ? stratum + 1 : Math.min(stratum, count());
  }

  /** The query that is none of them and of which {@code rank} such are smaller. */
  long otherAt(long rank) {
    long low = rank;
    long high = Math.min(queries - 1, rank + count());
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (middle + 1 - before(middle + 1) > rank) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
