package dev.gapline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a plan is on one machine it is on every other, and in every later version. */
class PlanGoldenTest {

  private static Studies fixed() {
    return new Studies()
        .seed(20260101)
        .scenarios(2)
        .queriesInFile(12)
        .queries(QuerySelection.Kind.DRAW, 7)
        .models(2)
        .conditions(3)
        .paraphrases(2)
        .temperatures("0", "0.7")
        .factors(new Factor("threat", List.of("high", "low")))
        .samples(3)
        .windowQueries(4L);
  }

  @Test
  void theFirstFiftyPlacesOfAFixedStudyAreTheGoldenOnes() throws IOException {
    StudyPlan plan = fixed().plan();
    List<String> lines = new ArrayList<>();
    for (long index = 0; index < 50; index++) {
      lines.add(line(plan, index));
    }
    assertEquals(golden("plan-places.txt"), lines);
  }

  @Test
  void idsOfTwentyTrialsAreTheGoldenOnes() throws IOException {
    StudyPlan plan = fixed().order(Study.Order.QUERY).plan();
    List<String> lines = new ArrayList<>();
    for (long i = 0; i < 20; i++) {
      Trial trial = plan.trial(i * (plan.trials() / 20));
      lines.add(trial.id() + " " + trial.blockId() + " " + line(plan, trial.index()));
    }
    assertEquals(golden("plan-ids.txt"), lines);
  }

  private static String line(StudyPlan plan, long index) {
    Trial trial = plan.trial(index);
    CellKey cell = trial.cell();
    return String.join(
        " ",
        Long.toString(index),
        cell.scenario(),
        trial.query(),
        cell.model(),
        cell.paraphrase(),
        cell.temperature().text(),
        cell.factors().toString(),
        trial.condition(),
        Long.toString(trial.sample()),
        Integer.toString(trial.sendOrder()),
        Long.toString(plan.eventTime().secondsOf(plan.blockOf(index))));
  }

  private static List<String> golden(String name) throws IOException {
    try (InputStream in = PlanGoldenTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }
}
