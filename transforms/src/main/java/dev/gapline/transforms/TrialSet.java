package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The trials of a run that are to be analysed again.
 *
 * @param run where that run lies
 * @param tablesLeg the leg of that run whose tables they are
 * @param registered the analysis that was declared before its trials were asked
 * @param stopped why that run stopped early; null when it did not
 * @param parts in the order of the plan
 */
public record TrialSet(
    String run, String tablesLeg, Analysis registered, String stopped, List<StoredPart> parts)
    implements Serializable {

  public TrialSet {
    parts = List.copyOf(parts);
  }

  /** The current trials of a run; what it had planned beyond them counts with the last part. */
  public static TrialSet of(RunFolder folder, RunState state, Analysis registered) {
    List<RunState.File> files = state.tables().getOrDefault("trials", List.of());
    List<StoredPart> parts = new ArrayList<>();
    long first = 0;
    for (RunState.File file : files) {
      boolean isLast = parts.size() == files.size() - 1;
      parts.add(
          new StoredPart(
              parts.size(),
              file.name(),
              file.sha256(),
              file.rows(),
              isLast ? state.planned() - first : file.rows(),
              first));
      first += file.rows();
    }
    return new TrialSet(folder.root(), state.tablesLeg(), registered, state.stopped(), parts);
  }

  /**
   * Puts the parts among the tables of a leg that analyses them: as links to the same bytes where
   * both lie in one file system, for a part is never changed once it is committed; else as copies.
   */
  public void bringTo(Leg leg) throws IOException {
    RunFolder from = RunFolder.of(run);
    Path copies = Files.createTempDirectory("gapline-parts");
    try {
      for (StoredPart part : parts) {
        String source = RunNames.table(tablesLeg, "trials") + "/" + part.name();
        String target = RunNames.table(leg.name(), "trials") + "/" + part.name();
        Path file = from.store().local(source, copies);
        if (leg.folder().isRemote() || !isLinked(file, leg.folder().path().resolve(target))) {
          leg.folder().store().put(target, file);
        }
        if (from.isRemote()) {
          Files.deleteIfExists(file);
        }
      }
    } finally {
      Folders.delete(copies);
    }
  }

  private static boolean isLinked(Path file, Path link) throws IOException {
    Files.createDirectories(link.getParent());
    Files.deleteIfExists(link);
    try {
      Files.createLink(link, file);
      return true;
    } catch (UnsupportedOperationException | FileSystemException e) {
      return false; // another file system, or one without links: it is copied
    }
  }
}
