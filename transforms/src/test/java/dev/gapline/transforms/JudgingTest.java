package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.classifiers.JudgeRubricsForTests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judges in the middle of a run: every vote asked once, every trial a row. */
class JudgingTest {

  @TempDir private Path folder;

  private static final Map<String, String> OFTEN_RIGHT =
      Map.of("sensitivity", "0.9", "specificity", "0.8");

  private static Study study(JudgeSpec... judges) {
    return new Samples()
        .queries(30)
        .models(Samples.model("sim/subject", Samples.planted(0.4, 0.1, 0.1)))
        .judges(judges)
        .study();
  }

  private static final JudgeSpec COMPLIANCE =
      JudgeRubricsForTests.judge(JudgeRubricsForTests.CHOICE, 3, 0.5, new TreeMap<>(OFTEN_RIGHT));

  private Leg run(String name, Study study, int lanes) throws IOException {
    Leg leg = Samples.leg(RunFolder.at(folder), name, study);
    EarlierLegs.Summary unused = EarlierLegs.index(leg.folder(), name);
    RunState state = Pipelines.run(leg, lanes);
    assertEquals(RunState.State.COMPLETE, state.state());
    assertEquals(StudyPlan.of(study).trials(), state.stored());
    return leg;
  }

  @Test
  void everyVoteOnEveryReadableAnswerIsAskedOnce() throws IOException {
    Leg leg = run("001", study(COMPLIANCE), 2);
    Set<String> keys = new HashSet<>();
    LedgerScan scan = LedgerScan.of(leg.folder(), (of, entry) -> assertTrue(keys.add(entry.key())));
    long judged = 0;
    for (GenericRecord trial : Pipelines.trials(leg)) {
      boolean isRead = trial.get("parse_status").equals("ok");
      List<?> votes = (List<?>) trial.get("judge_votes");
      assertEquals(isRead ? 3 : 0, votes.size(), trial::toString);
      assertEquals(isRead ? 3 : 0, trial.get("judge_calls"));
      assertEquals("compliance@1 sim/judge", trial.get("judge"));
      judged += isRead ? 1 : 0;
    }
    RunState state = RunState.read(leg.folder()).orElseThrow();
    assertTrue(judged > 30, "some were missing: " + judged);
    assertEquals(3 * judged, state.judges().calls());
    assertEquals(state.planned() + 3 * judged, state.calls());
    assertEquals(state.judges(), scan.judging());
    assertEquals(state.calls(), keys.size());
  }

  @Test
  void aJudgeThatIsRightFindsWhatTheRulesFind() throws IOException {
    List<GenericRecord> byRules = Pipelines.trials(run("001", study(), 1));
    List<GenericRecord> byJudge =
        Pipelines.trials(
            run("002", study(JudgeRubricsForTests.judge(JudgeRubricsForTests.CHOICE, 1, 0.5)), 1));
    for (int i = 0; i < byRules.size(); i++) {
      assertEquals(byRules.get(i).get("complied"), byJudge.get(i).get("complied"));
      assertEquals(byRules.get(i).get("parse_status"), byJudge.get(i).get("parse_status"));
      assertEquals(byRules.get(i).get("af_partial"), byJudge.get(i).get("af_partial"));
      assertEquals(true, byJudge.get(i).get("failure_category") != null || reused(byJudge.get(i)));
    }
  }

  private static boolean reused(GenericRecord trial) {
    return (Boolean) trial.get("reused");
  }

  @Test
  void theNextLegPaysNoVoteTwiceAndAGrownStudyAsksForWhatIsNew() throws IOException {
    List<GenericRecord> first = Pipelines.trials(run("001", study(COMPLIANCE), 1));
    RunState before = RunState.read(RunFolder.at(folder)).orElseThrow();
    Leg leg = run("002", study(COMPLIANCE, votes()), 2);
    RunState state = RunState.read(leg.folder()).orElseThrow();
    List<GenericRecord> trials = Pipelines.trials(leg);
    long reasoned = trials.stream().filter(trial -> trial.get("af_votes_n") != null).count();
    // What failed in a way that may pass is asked again; it fails as before.
    long failed = trials.stream().filter(trial -> trial.get("failure_category") != null).count();
    assertEquals(20 * reasoned + failed, state.calls());
    assertTrue(reasoned > 20 && before.judges().calls() > 0);
    for (int i = 0; i < first.size(); i++) {
      assertEquals(first.get(i).get("complied"), trials.get(i).get("complied"));
    }
  }

  private static JudgeSpec votes() {
    return JudgeRubricsForTests.judge(
        JudgeRubricsForTests.QUESTIONS, 20, 0.4, new TreeMap<>(OFTEN_RIGHT));
  }

  @Test
  void votesAreAMeasureOfTheirOwnWithTheItemsBehindThem() throws IOException {
    Leg leg = run("001", study(votes()), 1);
    long yes = 0;
    for (GenericRecord trial : Pipelines.trials(leg)) {
      if (trial.get("af_votes_n") == null) {
        assertNull(trial.get("af_votes"));
        assertNull(trial.get("af_votes_yes"));
        continue;
      }
      assertEquals(20, trial.get("af_votes_n"));
      assertEquals((Integer) trial.get("af_votes_yes") >= 8, trial.get("af_votes"));
      long said =
          ((List<?>) trial.get("judge_votes"))
              .stream().filter(vote -> vote.toString().contains("\"value\":1.0")).count();
      assertEquals((long) (Integer) trial.get("af_votes_yes"), said);
      yes += (Boolean) trial.get("af_votes") ? 1 : 0;
    }
    long x2 = 0;
    for (GenericRecord rate : Pipelines.read(leg, "rates")) {
      if (rate.get("measure").equals("af_votes")
          && rate.get("method").equals("wilson")
          && rate.get("window_start") == null) {
        x2 += (Long) rate.get("x2");
      }
    }
    assertEquals(2 * yes, x2);
    assertTrue(yes > 0);
    assertNotNull(leg);
  }

  @Test
  void rulesAloneHaveNoRowsOfVotes() throws IOException {
    Leg leg = run("001", study(), 1);
    assertTrue(
        Pipelines.read(leg, "rates").stream()
            .noneMatch(rate -> rate.get("measure").equals("af_votes")));
  }
}
