package dev.gapline.pipeline.runs;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.StudyPlan;
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
 * A run that has ended, with the study as it was run.
 *
 * @param study read from the run's own {@code study.yaml} and scenarios
 */
public record StoredRun(RunFolder folder, RunState state, StudyFile study) {

  /**
   * The run at that place.
   *
   * @throws Refused in a sentence, when there is none, it has no tables, or its study is not that
   *     of its tables
   */
  public static StoredRun open(String place) throws IOException {
    RunFolder folder = Output.at(place);
    RunState state = StoredState.require(folder, place);
    if (state.tablesLeg() == null) {
      throw new Refused("%s: this run has no tables yet.".formatted(place));
    }
    if (state.state() == RunState.State.RUNNING) {
      throw new Refused(
          "%s: this run is at work, or was killed: its study may be another than that of its tables. A run that ended is valid; `gapline run` ends it."
              .formatted(place));
    }
    StudyFile study = study(folder);
    long trials = StudyPlan.of(study.study()).trials();
    if (!study.study().name().equals(state.study()) || trials != state.planned()) {
      throw new Refused(
          "%s: study.yaml is %s of %,d trials, run.json says %s of %,d. The study as it was run is valid."
              .formatted(place, study.study().name(), trials, state.study(), state.planned()));
    }
    return new StoredRun(folder, state, study);
  }

  /** The digest by which a run knows its study again. */
  public static String digest(StudyFile file) {
    return Hashing.hex(32, file.resolved(), file.study().scenarios().toString());
  }

  /** Whether the study reads today, to the letter, as when it was run. */
  public boolean isToTheLetter() {
    return digest(study).equals(state.studyDigest());
  }

  private static StudyFile study(RunFolder folder) throws IOException {
    if (!folder.isRemote()) {
      return StudyFile.open(folder.study());
    }
    Path copies = Files.createTempDirectory("gapline-study");
    try {
      Store store = folder.store();
      for (Store.Stored scenario : store.list("scenarios")) {
        copy(store, scenario.name(), copies);
      }
      copy(store, "study.yaml", copies);
      return StudyFile.open(copies.resolve("study.yaml"));
    } finally {
      delete(copies);
    }
  }

  private static void copy(Store store, String name, Path copies) throws IOException {
    Path target = copies.resolve(name);
    Files.createDirectories(target.getParent());
    byte[] text =
        store
            .read(name)
            .orElseThrow(() -> new Refused("%s is missing in the run's folder.".formatted(name)));
    Files.write(target, text);
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
