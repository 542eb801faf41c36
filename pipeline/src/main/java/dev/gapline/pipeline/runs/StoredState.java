package dev.gapline.pipeline.runs;

import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.util.Optional;

/** The state of a run as its folder holds it; what no run wrote is refused in a sentence. */
public final class StoredState {

  private StoredState() {}

  /** The state in {@code run.json}; empty where there is none. */
  public static Optional<RunState> read(RunFolder folder) {
    Optional<RunState> state;
    try {
      state = RunState.read(folder);
    } catch (IOException e) {
      throw new Refused(
          "%s: run.json cannot be read (%s). The output folder of a run is valid."
              .formatted(folder.root(), firstLine(e)),
          e);
    }
    if (state.isPresent() && !isWhole(state.get())) {
      throw new Refused(
          "%s: run.json is not that of a run. The output folder of a run is valid."
              .formatted(folder.root()));
    }
    return state;
  }

  /**
   * The state in {@code run.json}, of a folder that has to hold a run.
   *
   * @param place the folder as a person named it
   */
  public static RunState require(RunFolder folder, Object place) {
    return read(folder)
        .orElseThrow(
            () ->
                new Refused(
                    "%s: there is no run.json. The output folder of a run is valid."
                        .formatted(place)));
  }

  private static boolean isWhole(RunState state) {
    return state.state() != null
        && state.study() != null
        && state.studyDigest() != null
        && state.tables() != null;
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
