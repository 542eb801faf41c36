package dev.gapline.schemas;

/**
 * Where each block begins in the order of the plan: every block holds the conditions of the study,
 * and those of some positions of a round hold further arms that check the instrument.
 *
 * @param positions of one round: its queries
 * @param blocksPerPosition that follow each other on one query
 * @param conditions trials of every block
 * @param arms further trials of the blocks at a check position
 * @param checked which positions these are
 */
record BlockPlaces(
    long positions, long blocksPerPosition, int conditions, int arms, Thinned checked) {

  /** Trials of one round. */
  long trialsPerRound() {
    return before(positions) * blocksPerPosition;
  }

  /** Trials of a block. */
  int sizeOf(long block) {
    return sizeAt(block / blocksPerPosition % positions);
  }

  /** The place of the block's first trial. */
  long firstTrial(long block) {
    long visit = block / blocksPerPosition;
    long position = visit % positions;
    return visit / positions * trialsPerRound()
        + before(position) * blocksPerPosition
        + block % blocksPerPosition * sizeAt(position);
  }

  /** The block that holds the trial at that place. */
  long blockOf(long trial) {
    long round = trial / trialsPerRound();
    long within = trial % trialsPerRound();
    long position = positionOf(within / blocksPerPosition);
    long rest = within - before(position) * blocksPerPosition;
    return (round * positions + position) * blocksPerPosition + rest / sizeAt(position);
  }

  private int sizeAt(long position) {
    return checked.has(position) ? conditions + arms : conditions;
  }

  /** Trials of one cell at all positions before that one. */
  private long before(long position) {
    return position * conditions + checked.among(position) * arms;
  }

  /** The last position that has at most so many trials of one cell before it. */
  private long positionOf(long trialsBefore) {
    double each = conditions + arms * checked.share();
    long position = Math.min(positions - 1, (long) (trialsBefore / each));
    while (before(position) > trialsBefore) {
      position--;
    }
    while (position < positions - 1 && before(position + 1) <= trialsBefore) {
      position++;
    }
    return position;
  }
}
