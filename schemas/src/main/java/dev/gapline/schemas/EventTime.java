package dev.gapline.schemas;

import java.io.Serializable;

/**
 * Event time of a plan's blocks: the place of their query's visit in the order, in whole seconds
 * since the epoch. Rounds of samples start on a whole number of windows, so that fixed windows of
 * {@code windowQueries} seconds hold whole blocks of that many queries within one round.
 *
 * @param cells blocks of one visit
 * @param queries visits of one round
 * @param samples rounds
 * @param windowQueries queries of one window; 0 for a single window
 */
public record EventTime(
    Study.Order order, long cells, long queries, long samples, long windowQueries)
    implements Serializable {

  /** Event time of a block, in seconds since the epoch. */
  public long secondsOf(long block) {
    long visit = block / cells;
    if (order == Study.Order.QUERY) {
      return visit / samples;
    }
    long span =
        windowQueries == 0
            ? queries
            : (queries + windowQueries - 1) / windowQueries * windowQueries;
    return visit / queries * span + visit % queries;
  }

  /** Event time at which the block's window starts; null in a study of one window. */
  public Long windowStartOf(long block) {
    return windowQueries == 0 ? null : secondsOf(block) / windowQueries * windowQueries;
  }
}
