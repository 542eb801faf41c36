package dev.gapline.transforms;

import dev.gapline.transforms.stores.Store;
import java.io.IOException;

/** The grants of one leg's budget: each a small file, which the worker that creates it holds. */
final class Grants {

  private final Store store;
  private final String folder;

  private Grants(Store store, String folder) {
    this.store = store;
    this.folder = folder;
  }

  /** Those of that leg. */
  static Grants of(RunFolder folder, String leg) {
    return new Grants(folder.store(), RunNames.ledger(leg) + "/grants");
  }

  /** Claims the grant with that number; says whether nobody had it. */
  boolean claim(int number) throws IOException {
    return store.createIfAbsent("%s/%03d".formatted(folder, number), Legs.writer());
  }
}
