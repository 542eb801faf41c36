package dev.gapline.transforms;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CheckArm;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.Verdict;
import dev.gapline.transforms.providers.PlantedSubject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a study's simulated models by its plan, without prompts, answers or ledger, and spoils what
 * comes back in one of the ways in which an instrument can be wrong. What is spoilt is a function
 * of the seed.
 */
class FaultyInstrument {

  private final Study study;
  private final StudyPlan plan;
  private final List<String> arms;

  FaultyInstrument(Study study) {
    this.study = study;
    this.plan = StudyPlan.of(study);
    this.arms = study.arms();
  }

  /** What a trial's answer says once it has come through the instrument. */
  Verdict read(Trial trial) {
    return verdict(drawn(trial, trial.condition()));
  }

  /** The condition that the instrument sends first in that block. */
  String firstOf(List<Trial> conditions) {
    return conditions.get(0).condition();
  }

  /** What the subject does in a trial, as if it were of that arm. */
  final Behaviour drawn(Trial trial, String arm) {
    CellKey cell = trial.cell();
    ModelSpec model = study.model(cell.model());
    String id = Trial.idOf(cell, trial.query(), arm, trial.sample()).text();
    return new PlantedSubject(study.seed(), model.id(), model.simulate())
        .draw(
            id,
            trial.query(),
            cell.paraphrase(),
            CheckArm.conditionOf(arm),
            cell.temperature().value())
        .behaviour();
  }

  final StudyPlan plan() {
    return plan;
  }

  final Verdict verdict(Behaviour behaviour) {
    return switch (behaviour) {
      case UNREADABLE -> Verdict.unread(ParseStatus.NO_OUTPUT_TAG, null, null);
      case COMPLIES, COMPLIES_FAKING -> Tallies.verdict(1.0);
      case PARTIAL, PARTIAL_FAKING -> Tallies.verdict(0.5);
      case REFUSES, REFUSES_CONSIDERING -> Tallies.verdict(0.0);
    };
  }

  /** The counts of the whole plan, as a run would make them. */
  final List<UnitTally> run() {
    Map<CellKey, CellCount> counts = new HashMap<>();
    for (long block = 0; block < plan.blocks(); block++) {
      List<Trial> trials = new ArrayList<>();
      for (int i = 0; i < plan.trialsOf(block); i++) {
        trials.add(plan.trial(plan.firstTrial(block) + i));
      }
      String first =
          firstOf(
              trials.stream().filter(trial -> CheckArm.in(trial.condition()).isEmpty()).toList());
      for (Trial trial : trials) {
        CellCount count = counts.computeIfAbsent(trial.cell(), cell -> new CellCount(arms.size()));
        count(count, trial, Tally.of(read(trial)), trial.condition().equals(first));
      }
    }
    List<UnitTally> tallies = new ArrayList<>();
    counts.forEach((cell, count) -> tallies.add(new UnitTally(0, null, cell, count.tally())));
    return tallies;
  }

  private void count(CellCount count, Trial trial, Tally tally, boolean isFirst) {
    int arm = arms.indexOf(trial.condition());
    count.add(trial.query(), arm, tally);
    if (isFirst) {
      count.addSentFirst(trial.query(), arm, tally);
    }
    if (2 * plan.blockOf(trial.index()) >= plan.blocks()) {
      count.addSecondHalf(trial.query(), arm, tally);
    }
  }
}
