package dev.gapline.pipeline.runs;

import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.JudgeCalls;
import dev.gapline.transforms.PlannedCalls;
import dev.gapline.transforms.providers.Ledger;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The outcomes that count while a leg is current: its own, and the final ones of earlier legs. One
 * takes eight bytes, so that a million of them are no burden: 56 bits of its key, whether it is of
 * this leg, and what it was.
 */
final class Outcomes implements BiConsumer<String, Ledger.Entry> {

  private static final long MINUTE_MILLIS = 60_000;
  private static final long KEY = ~0xffL;
  private static final long THIS_LEG = 0x80;
  private static final List<FailureCategory> CATEGORIES = List.of(FailureCategory.values());

  /** Planned trials with an outcome, those that failed by category, those of earlier legs. */
  record Counts(long settled, SortedMap<String, Long> failed, long reused) {}

  private final String leg;
  private final long now;
  private long[] packed = new long[1024];
  private int size;
  private long recent;
  private long firstSent = Long.MAX_VALUE;

  Outcomes(String leg, long now) {
    this.leg = leg;
    this.now = now;
  }

  @Override
  public void accept(String ofLeg, Ledger.Entry entry) {
    if (JudgeCalls.isOne(entry.trial())) {
      return; // no trial of its own
    }
    boolean isOfThisLeg = ofLeg.equals(leg);
    if (!isOfThisLeg && !entry.completion().isFinal()) {
      return;
    }
    if (size == packed.length) {
      packed = Arrays.copyOf(packed, 2 * size);
    }
    Failure failure = entry.completion().failure();
    packed[size++] =
        keyBits(entry.key())
            | (isOfThisLeg ? THIS_LEG : 0)
            | (failure == null ? 0 : CATEGORIES.indexOf(failure.category()) + 1);
    if (isOfThisLeg) {
      firstSent = Math.min(firstSent, entry.sentAtMillis());
      recent += entry.sentAtMillis() + entry.latencyMillis() > now - MINUTE_MILLIS ? 1 : 0;
    }
  }

  /** Outcomes of this leg a second, over the last minute or since its first call. */
  double perSecond() {
    if (recent == 0) {
      return 0;
    }
    return recent * 1e3 / Math.max(1_000, Math.min(MINUTE_MILLIS, now - firstSent));
  }

  /** Of the trials of that plan. */
  Counts of(StudyPlan plan, PlannedCalls calls) {
    sortDistinct();
    Counter counter = new Counter();
    for (long index = 0; index < plan.trials(); index++) {
      long key = keyBits(calls.request(plan.trial(index)).key());
      int place = Arrays.binarySearch(packed, 0, size, key);
      int from = place < 0 ? -place - 1 : place;
      if (from < size && (packed[from] & KEY) == key) {
        counter.add(packed[from]);
      }
    }
    return counter.counts();
  }

  /** Of all there are, each key once. */
  Counts ofAll() {
    sortDistinct();
    Counter counter = new Counter();
    for (int i = 0; i < size; i++) {
      counter.add(packed[i]);
    }
    return counter.counts();
  }

  /** Of several outcomes of a key the earlier leg's stands, and an answer before a failure. */
  private void sortDistinct() {
    Arrays.sort(packed, 0, size);
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (kept == 0 || (packed[kept - 1] & KEY) != (packed[i] & KEY)) {
        packed[kept++] = packed[i];
      }
    }
    size = kept;
  }

  private static long keyBits(String key) {
    return Long.parseUnsignedLong(key, 0, 16, 16) & KEY;
  }

  private static final class Counter {
    private final SortedMap<String, Long> failed = new TreeMap<>();
    private long settled;
    private long reused;

    void add(long outcome) {
      settled++;
      reused += (outcome & THIS_LEG) == 0 ? 1 : 0;
      int category = (int) (outcome & ~KEY & ~THIS_LEG);
      if (category > 0) {
        failed.merge(CATEGORIES.get(category - 1).id(), 1L, Long::sum);
      }
    }

    Counts counts() {
      return new Counts(settled, failed, reused);
    }
  }
}
