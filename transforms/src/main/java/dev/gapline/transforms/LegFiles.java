package dev.gapline.transforms;

import dev.gapline.schemas.Hashing;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The segments of one leg, by attempt, oldest first: {@code
 * ledger/<leg>/<unit>/<attempt>/<n>.avro}.
 *
 * @param leg its name
 * @param index name of the file in which its index is kept
 */
record LegFiles(String leg, String index, List<List<Store.Stored>> attempts) {

  private static final String SUFFIX = ".avro";

  /** The legs of a ledger, oldest first. */
  static NavigableMap<String, LegFiles> all(Store store) throws IOException {
    TreeMap<String, TreeMap<String, List<Store.Stored>>> attempts = new TreeMap<>(Legs.BY_NUMBER);
    for (Store.Stored file : store.list(RunNames.LEDGER)) {
      String[] parts = file.name().split("/", -1);
      if (parts.length == 5 && Legs.isLeg(parts[1]) && parts[4].endsWith(SUFFIX)) {
        attempts
            .computeIfAbsent(parts[1], leg -> new TreeMap<>(BY_UNIT_AND_ATTEMPT))
            .computeIfAbsent(parts[2] + "/" + parts[3], attempt -> new ArrayList<>())
            .add(file);
      }
    }
    TreeMap<String, LegFiles> legs = new TreeMap<>(Legs.BY_NUMBER);
    for (Map.Entry<String, TreeMap<String, List<Store.Stored>>> leg : attempts.entrySet()) {
      leg.getValue().values().forEach(LegFiles::sort);
      legs.put(
          leg.getKey(),
          new LegFiles(
              leg.getKey(), RunNames.ownIndex(leg.getKey()), List.copyOf(leg.getValue().values())));
    }
    return legs;
  }

  /** Those that a compaction left, each on its own. */
  static LegFiles of(Store store, Compacted compacted) throws IOException {
    String folder = RunNames.LEDGER + "/" + compacted.folder();
    List<Store.Stored> files = segmentsIn(store, folder);
    return new LegFiles(
        Compacted.LEG, folder + "/leg.index", files.stream().map(List::of).toList());
  }

  /** The segments directly in a folder, oldest first. */
  static List<String> segments(Store store, String folder) throws IOException {
    return segmentsIn(store, folder).stream().map(Store.Stored::name).toList();
  }

  private static List<Store.Stored> segmentsIn(Store store, String folder) throws IOException {
    List<Store.Stored> files = new ArrayList<>();
    for (Store.Stored file : store.list(folder)) {
      if (file.name().endsWith(SUFFIX)) {
        files.add(file);
      }
    }
    sort(files);
    return files;
  }

  /** All of its segments, oldest first. */
  List<Store.Stored> files() {
    return attempts.stream().flatMap(List::stream).toList();
  }

  /** Changes whenever a segment comes, goes, or is written to, as well as the store can tell. */
  String stamp() {
    List<String> parts = new ArrayList<>();
    for (Store.Stored file : files()) {
      parts.add(file.name());
      parts.add(Long.toString(file.bytes()));
      parts.add(file.version());
    }
    return Hashing.hex(32, parts.toArray(String[]::new));
  }

  /** When a segment was last written to, milliseconds since the epoch. */
  long modifiedMillis() {
    return files().stream().mapToLong(Store.Stored::modifiedMillis).max().orElse(0);
  }

  private static final Comparator<String> BY_UNIT_AND_ATTEMPT =
      Comparator.comparing(LegFiles::unitOf, Legs.BY_NUMBER)
          .thenComparing(LegFiles::attemptOf, Legs.BY_NUMBER);

  private static String unitOf(String unitAndAttempt) {
    return unitAndAttempt.substring(0, unitAndAttempt.indexOf('/'));
  }

  private static String attemptOf(String unitAndAttempt) {
    return unitAndAttempt.substring(unitAndAttempt.indexOf('/') + 1);
  }

  private static void sort(List<Store.Stored> files) {
    files.sort(Comparator.comparing(Store.Stored::name, Legs.BY_NUMBER));
  }
}
