package dev.gapline.transforms;

import dev.gapline.schemas.WorkUnit;
import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Where everything of a run lies on local disk. This class knows the layout and the two primitives
 * that the rest relies on: replacing a small file in one step, and creating one only if it is
 * absent.
 */
public record RunFolder(String root) implements Serializable {

  /** The folder at that path; it need not exist. */
  public static RunFolder at(Path root) {
    return new RunFolder(root.toAbsolutePath().normalize().toString());
  }

  /** The folder itself. */
  public Path path() {
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

  /** Points OUT/trials, OUT/rates and OUT/gaps at a leg's tables, all three in one step. */
  public void link(String leg) throws IOException {
    Path current = path().resolve("tables").resolve("current");
    Path fresh = current.resolveSibling(".current.new");
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, Path.of(leg));
    Files.move(fresh, current, StandardCopyOption.ATOMIC_MOVE);
    for (String table : List.of("trials", "rates", "gaps")) {
      Path link = path().resolve(table);
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of("tables", "current", table));
      }
    }
  }

  /** Replaces a file in one step: a reader sees the old bytes or the new ones, never a mixture. */
  static void replace(Path file, byte[] bytes) throws IOException {
    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
    try {
      writeForced(fresh, bytes);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("This file system cannot replace " + file + " in one step.", e);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Creates a file with these bytes, whole, unless it exists; says whether it did. */
  static boolean createIfAbsent(Path file, byte[] bytes) throws IOException {
    Path fresh = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".new");
    try {
      writeForced(fresh, bytes);
      Files.createLink(file, fresh);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void writeForced(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }
}
