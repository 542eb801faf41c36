package dev.gapline.transforms;

import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.stores.LocalStore;
import dev.gapline.transforms.stores.Store;
import dev.gapline.transforms.stores.Stores;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Where everything of a run lies: a folder of this machine, or a place in an object store. {@link
 * #store} reads and writes both; the paths are those of a local folder alone.
 *
 * @param root an absolute path, or a URI such as {@code gs://bucket/run}
 */
public record RunFolder(String root) implements Serializable {

  /** The folder at that path; it need not exist. */
  public static RunFolder at(Path root) {
    return new RunFolder(root.toAbsolutePath().normalize().toString());
  }

  /** The run at that place: a URI with a scheme, or a path of this machine. */
  public static RunFolder of(String place) {
    return Stores.isRemote(place) ? new RunFolder(place) : at(Path.of(place));
  }

  /** Whether it lies in an object store. */
  public boolean isRemote() {
    return Stores.isRemote(root);
  }

  /** Reads and writes the run's files. */
  public Store store() {
    return Stores.open(root);
  }

  /**
   * The folder itself.
   *
   * @throws IllegalStateException if it lies in an object store
   */
  public Path path() {
    if (isRemote()) {
      throw new IllegalStateException(root + " is no folder of this machine.");
    }
    return Path.of(root);
  }

  /** The resolved study, exactly as run. */
  public Path study() {
    return path().resolve("study.yaml");
  }

  /** The state of the run; it names the current set of tables. */
  public Path state() {
    return path().resolve("run.json");
  }

  /** Held by the process that works on this folder. */
  public Path lease() {
    return path().resolve("lease");
  }

  /** Every intent and reply, of all legs. */
  public Path ledger() {
    return path().resolve("ledger");
  }

  /** The intents and replies of one leg. */
  public Path ledger(String leg) {
    return ledger().resolve(leg);
  }

  /** The intents and replies of one unit in one leg. */
  public Path ledger(String leg, WorkUnit unit) {
    return ledger(leg).resolve(unit.fileName());
  }

  /** The receipt of one unit in one leg. */
  public Path receipt(String leg, WorkUnit unit) {
    return ledger(leg, unit).resolve("receipt");
  }

  /** The tables of one leg. */
  public Path tables(String leg) {
    return path().resolve("tables").resolve(leg);
  }

  /** The files of one table of one leg. */
  public Path table(String leg, String table) {
    return tables(leg).resolve(table);
  }

  /**
   * Points OUT/trials, OUT/rates and so on at a leg's tables, all in one step. In an object store,
   * where nothing points, they are copies, and there while none is being made.
   */
  public void link(String leg) throws IOException {
    if (isRemote()) {
      copyTables(leg);
      return;
    }
    Path current = path().resolve("tables").resolve("current");
    Path fresh = current.resolveSibling(".current.new");
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, Path.of(leg));
    Files.move(fresh, current, StandardCopyOption.ATOMIC_MOVE);
    for (String table : TableSchema.NAMES) {
      Path link = path().resolve(table);
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of("tables", "current", table));
      }
    }
  }

  private void copyTables(String leg) throws IOException {
    Store store = store();
    for (String table : TableSchema.NAMES) {
      String from = RunNames.table(leg, table) + "/";
      Set<String> current = new HashSet<>();
      for (Store.Stored file : store.list(RunNames.table(leg, table))) {
        String copy = table + "/" + file.name().substring(from.length());
        store.copy(file.name(), copy);
        current.add(copy);
      }
      for (Store.Stored copy : store.list(table)) {
        if (!current.contains(copy.name())) {
          store.delete(copy.name());
        }
      }
    }
  }

  /** Replaces a local file in one step. */
  static void replace(Path file, byte[] bytes) throws IOException {
    new LocalStore(file.getParent()).replace(file.getFileName().toString(), bytes);
  }

  /** Creates a local file with these bytes, whole, unless it exists; says whether it did. */
  static boolean createIfAbsent(Path file, byte[] bytes) throws IOException {
    return new LocalStore(file.getParent()).createIfAbsent(file.getFileName().toString(), bytes);
  }
}
