package dev.gapline.pipeline.runs;

import dev.gapline.schemas.Study;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** What an output may hold before a run begins there. */
final class OutputCheck {

  private OutputCheck() {}

  /**
   * Makes that folder ready for a run.
   *
   * @throws Refused if it cannot be written to or holds something that is not a run
   */
  static void open(RunFolder folder) {
    try {
      if (folder.isRemote()) {
        refuseWhatIsNotARun(folder);
        return;
      }
      Files.createDirectories(folder.path());
      if (!Files.isWritable(folder.path())) {
        throw new Refused("%s: this folder cannot be written to.".formatted(folder.root()));
      }
      if (!Files.exists(folder.state()) && !Files.exists(folder.lease())) {
        try (Stream<Path> content = Files.list(folder.path())) {
          if (content.findAny().isPresent()) {
            throw new Refused(
                "%s: this folder holds files that are not a run. An empty or a new folder is valid."
                    .formatted(folder.root()));
          }
        }
      }
    } catch (IOException e) {
      throw new Refused(
          "%s: this folder cannot be made or read (%s).".formatted(folder.root(), e.getMessage()),
          e);
    }
  }

  private static void refuseWhatIsNotARun(RunFolder folder) throws IOException {
    Store store = folder.store();
    if (!store.exists("run.json") && store.list("lease").isEmpty() && !store.list("").isEmpty()) {
      throw new Refused(
          "%s: this place holds files that are not a run. An empty or a new one is valid."
              .formatted(folder.root()));
    }
  }

  /**
   * Refuses, in a sentence, to go on there with another study than the one that it holds.
   *
   * @param state of what it holds
   * @param answersOf the run whose answers are to be judged; null where subjects are asked
   */
  static void refuseAnother(RunFolder folder, RunState state, Study study, String answersOf) {
    if (state.analysisOf() != null) {
      throw new Refused(
          "%s holds an analysis of %s, and no run that could be continued. Choose another --out."
              .formatted(folder.root(), state.analysisOf()));
    }
    if (!Objects.equals(state.answersOf(), answersOf)) {
      throw new Refused(
          "%s holds %s, not %s. Choose another --out."
              .formatted(
                  folder.root(),
                  state.answersOf() == null
                      ? "a run that asked its subjects"
                      : "answers of %s, judged again".formatted(state.answersOf()),
                  answersOf == null ? "a run of this study" : "those of " + answersOf));
    }
    if (!state.study().equals(study.name()) || state.seed() != study.seed()) {
      throw new Refused(
          "%s holds another study: %s with seed %d, not %s with seed %d. Choose another --out."
              .formatted(folder.root(), state.study(), state.seed(), study.name(), study.seed()));
    }
  }
}
