package dev.gapline.transforms;

import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a run's ledger holds, leg by leg; looking changes nothing. */
public final class LedgerInspection {

  private LedgerInspection() {}

  /** One leg, or the segments that stand for several after a compaction. */
  public record Line(String leg, LedgerTotals totals) {}

  /**
   * All legs, oldest first, the last one as well; after a compaction also a line {@code compacted}
   * with the bytes of what stands for the legs that it took in.
   */
  public static List<Line> lines(RunFolder folder) throws IOException {
    Store store = folder.store();
    Path work = Files.createTempDirectory("gapline-ledger");
    try {
      LegIndex indexes = new LegIndex(store, work, Clock.systemUTC());
      List<Line> lines = new ArrayList<>();
      Optional<Compacted> compacted = Compacted.read(store);
      if (compacted.isPresent()) {
        LegFiles files = LegFiles.of(store, compacted.get());
        compacted.get().legs().forEach(leg -> lines.add(new Line(leg.leg(), leg.totals())));
        LedgerTotals found = indexes.peek(files).contents().totals();
        lines.add(
            new Line(
                Compacted.LEG,
                LedgerTotals.NONE.withBytes(found.bytes()).withDamaged(found.damaged())));
      }
      for (LegFiles files : LegFiles.all(store).values()) {
        if (compacted.isEmpty() || !compacted.get().holds(files.leg())) {
          lines.add(new Line(files.leg(), indexes.peek(files).contents().totals()));
        }
      }
      return lines;
    } finally {
      Folders.delete(work);
    }
  }
}
