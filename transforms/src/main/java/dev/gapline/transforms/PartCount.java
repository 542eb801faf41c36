package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The exact counts of stored parts, as the units that stored them counted them, from the stored
 * columns alone. Each trial counts once: {@link StoredTrials} refuses a part in which one stands
 * twice, or which holds one of another part.
 */
final class PartCount {

  private record Group(Long windowStartSeconds, CellKey cell) {}

  private final Study study;
  private final CellFinder cells;
  private final Set<String> simulated = new HashSet<>();
  private final Map<Group, CellCount> counts = new HashMap<>();
  private final Map<Verdict, Tally> tallies = new HashMap<>();
  private long reused;
  private long failures;

  PartCount(Study study) {
    this.study = study;
    this.cells = new CellFinder(study);
    for (ModelSpec model : study.models()) {
      if (model.simulate() != null) {
        simulated.add(model.id());
      }
    }
  }

  /**
   * Counts a part; returns what its unit's receipt said of it, without what calls took.
   *
   * @throws UnreadableTrials if the file does not hold the part's trials, each once
   */
  Receipt read(StoredPart part, Path file) throws IOException {
    reused = 0;
    failures = 0;
    StoredTrials.forEach(file, part, study.factors(), this::add);
    return new Receipt(
        part.number(),
        part.planned(),
        part.name(),
        part.digest(),
        part.rows(),
        reused,
        failures,
        0,
        0,
        0,
        0,
        List.of());
  }

  /** The counts of all parts that were read, under the number of one of them. */
  List<UnitTally> tallies(StoredPart first) {
    List<UnitTally> all = new ArrayList<>();
    counts.forEach(
        (group, count) ->
            all.add(
                new UnitTally(
                    first.number(), group.windowStartSeconds(), group.cell(), count.tally())));
    return all;
  }

  private void add(StoredTrial trial) {
    if (trial.isReused()) {
      reused++;
    }
    if (trial.failureCategory() != null
        && FailureCategory.of(trial.failureCategory()).isProviderFailure()) {
      failures++;
    }
    int arm = study.conditions().indexOf(trial.condition());
    if (arm < 0) {
      throw new IllegalArgumentException(
          "condition %s is not of the study".formatted(trial.condition()));
    }
    CellCount count =
        counts.computeIfAbsent(
            new Group(trial.windowStartSeconds(), cells.of(trial)),
            group -> new CellCount(study.conditions().size()));
    Tally tally = tallies.computeIfAbsent(trial.verdict(), Tally::of);
    count.add(trial.query(), arm, tally);
    if (trial.isRetried()) {
      count.addRetried(trial.query(), arm, tally);
    }
    if (trial.responseModel() != null && !simulated.contains(trial.model())) {
      count.addResponseModel(trial.responseModel());
    }
  }
}
