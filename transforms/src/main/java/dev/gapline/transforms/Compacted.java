package dev.gapline.transforms;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code ledger/compacted.json}: says that the legs up to one are kept in another form. Replacing
 * it is the step from the old form to the new: before it, readers see the legs' own segments, and
 * after it the compacted ones with the totals that stand here.
 *
 * @param upTo the last leg that was taken in; no segment of it or of an older one is read
 * @param folder of the compacted segments, within the ledger
 * @param legs what each leg held, oldest first
 */
record Compacted(String upTo, String folder, List<LegTotals> legs) {

  /** How the compacted legs are called together. */
  static final String LEG = "compacted";

  static final String NAME = RunNames.LEDGER + "/compacted.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One leg and what it held. */
  record LegTotals(String leg, LedgerTotals totals) {}

  /** What was compacted; empty when nothing was. */
  static Optional<Compacted> read(Store store) throws IOException {
    Optional<byte[]> bytes = store.read(NAME);
    return bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(bytes.get(), Compacted.class));
  }

  void write(Store store) throws IOException {
    store.replace(NAME, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }

  boolean holds(String leg) {
    return Legs.BY_NUMBER.compare(leg, upTo) <= 0;
  }

  /** An index of the compacted segments, with the totals of the legs that they stand for. */
  IndexFile index(IndexFile segments) {
    LedgerTotals totals = LedgerTotals.NONE;
    for (LegTotals leg : legs) {
      totals = totals.plus(leg.totals());
    }
    IndexFile.Contents contents = segments.contents();
    return new IndexFile(
        segments.file(),
        segments.places(),
        new IndexFile.Contents(
            contents.stamp(),
            contents.segments(),
            totals.plus(LedgerTotals.NONE.withDamaged(contents.totals().damaged()))));
  }
}
