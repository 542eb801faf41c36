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
 * The exact counts of one stored part, as the unit that stored it counted them, from the stored
 * columns alone. Each trial counts once: {@link StoredTrials} refuses a part in which one stands
 * twice, or which holds one of another part.
 */
final class PartCount {

  private record Group(Long windowStartSeconds, CellKey cell) {}

  private final Study study;
  private final StoredPart part;
  private final CellFinder cells;
  private final Set<String> simulated = new HashSet<>();
  private final Map<Group, CellCount> counts = new HashMap<>();
  private final Map<Verdict, Tally> tallies = new HashMap<>();
  private long reused;
  private long failures;

  private PartCount(Study study, StoredPart part) {
    this.study = study;
    this.part = part;
    this.cells = new CellFinder(study);
    for (ModelSpec model : study.models()) {
      if (model.simulate() != null) {
        simulated.add(model.id());
      }
    }
  }

  /**
   * What its unit's receipt said of the part, with its counts and without what calls took.
   *
   * @throws UnreadableTrials if the file does not hold the part's trials, each once
   */
  static Receipt of(Study study, StoredPart part, Path file) throws IOException {
    PartCount count = new PartCount(study, part);
    StoredTrials.forEach(file, part, study.factors(), count::add);
    return count.receipt();
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

  private Receipt receipt() {
    List<UnitTally> all = new ArrayList<>();
    counts.forEach(
        (group, count) ->
            all.add(
                new UnitTally(
                    part.number(), group.windowStartSeconds(), group.cell(), count.tally())));
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
        all);
  }
}
