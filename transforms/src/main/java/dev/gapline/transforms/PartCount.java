package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.Verdict;
import dev.gapline.transforms.classifiers.TokenDecision;
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

  /** A trial of the block that is being read. */
  private record Placed(
      SentFirst.Sent sent, CellCount count, String query, int arm, Tally tally, boolean isLate) {}

  private final Study study;
  private final StudyPlan plan;
  private final List<String> arms;
  private final CellFinder cells;
  private final Set<String> simulated = new HashSet<>();
  private final Map<Group, CellCount> counts = new HashMap<>();
  private final Map<Verdict, Tally> tallies = new HashMap<>();
  private final List<Placed> block = new ArrayList<>();
  private long endOfBlock;
  private long reused;
  private long failures;

  PartCount(Study study) {
    this.study = study;
    this.plan = StudyPlan.of(study);
    this.arms = study.arms();
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
    endOfBlock = 0;
    StoredTrials.forEach(file, part, study, this::add);
    placeBlock();
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
        Receipt.Judging.NONE,
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
    int arm = arms.indexOf(trial.condition());
    if (arm < 0) {
      throw new IllegalArgumentException(
          "condition %s is not of the study".formatted(trial.condition()));
    }
    CellCount count =
        counts.computeIfAbsent(
            new Group(trial.windowStartSeconds(), cells.of(trial)),
            group -> new CellCount(arms.size()));
    Tally tally = tallies.computeIfAbsent(trial.verdict(), Tally::of);
    count.add(trial.query(), arm, tally);
    if (trial.isRetried()) {
      count.addRetried(trial.query(), arm, tally);
    }
    place(trial, count, arm, tally);
    if (trial.decision() != null) {
      count.addExact(
          trial.query(),
          arm,
          ExactValues.of(
              TokenDecision.of(trial.decision()), trial.temperature(), trial.complied()));
    }
    if (trial.responseModel() != null && !simulated.contains(trial.model())) {
      count.addResponseModel(trial.responseModel());
    }
  }

  /** Where in the order the trial lies: known of all once their block is whole. */
  private void place(StoredTrial trial, CellCount count, int arm, Tally tally) {
    long index = trial.orderIndex();
    if (index >= endOfBlock) {
      placeBlock();
      endOfBlock = plan.firstTrial(plan.blockOf(index) + 1);
    }
    SentFirst.Sent sent = new SentFirst.Sent(trial.condition(), trial.sentAtMillis());
    boolean isLate = 2 * plan.blockOf(index) >= plan.blocks();
    block.add(new Placed(sent, count, trial.query(), arm, tally, isLate));
  }

  private void placeBlock() {
    if (block.isEmpty()) {
      return;
    }
    Placed first = block.get(SentFirst.of(block.stream().map(Placed::sent).toList()));
    first.count().addSentFirst(first.query(), first.arm(), first.tally());
    for (Placed placed : block) {
      if (placed.isLate()) {
        placed.count().addSecondHalf(placed.query(), placed.arm(), placed.tally());
      }
    }
    block.clear();
  }
}
