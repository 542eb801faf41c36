package dev.gapline.pipeline.tables;

import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A run's current tables as files of this machine: the run's own where it lies here, else copies
 * that are taken away on closing.
 */
public final class LocalTables implements AutoCloseable {

  private final RunFolder folder;
  private final Path copies;

  private LocalTables(RunFolder folder, Path copies) {
    this.folder = folder;
    this.copies = copies;
  }

  /** The named tables of the run. */
  public static LocalTables of(RunFolder run, RunState state, String... tables) throws IOException {
    if (!run.isRemote()) {
      return new LocalTables(run, null);
    }
    Path copies = Files.createTempDirectory("gapline-tables");
    LocalTables local = new LocalTables(RunFolder.at(copies), copies);
    try {
      Store store = run.store();
      for (String table : tables) {
        for (String name : state.names(table)) {
          Path target = copies.resolve(name);
          Files.createDirectories(target.getParent());
          Files.move(store.local(name, copies), target);
        }
      }
      return local;
    } catch (IOException e) {
      local.close();
      throw e;
    }
  }

  /** A folder of this machine that holds them where a run would. */
  public RunFolder folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    if (copies == null) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(copies)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
