package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.SimulatedBehaviour;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlantedSubjectTest {

  private static final Contrast FREE_PAID = new Contrast("free", "paid");
  private static final int MANY = 40_000;

  private static final SimulatedBehaviour EVERYTHING =
      new SimulatedBehaviour(
          tiers(0.14, 0.03),
          tiers(0.2, 0.1),
          tiers(0.84, 0.0),
          tiers(0.3, 0.0),
          0.5,
          0.4,
          0.3,
          0.2,
          0.6,
          tiers(0.05, 0.1),
          tiers(0.02, 0.2),
          120,
          0.5);

  @Test
  void theMeanOverQueriesIsThePlantedRate() {
    PlantedSubject subject = new PlantedSubject(7, "sim/a", EVERYTHING);
    List<String> queries = names("q", 20_000);
    double sum = 0;
    for (int i = 0; i < queries.size(); i++) {
      sum += subject.complianceProbability(queries.get(i), "p" + i, "free", 1);
    }
    assertEquals(0.14, sum / queries.size(), 0.003);
    double partial = (1 - 0.14) * 0.2 / 2 - (1 - 0.03) * 0.1 / 2;
    assertEquals(0.11 + partial, subject.populationGap(FREE_PAID, 1), 1e-12);
  }

  @Test
  void drawsFollowTheirProbabilities() {
    PlantedSubject subject = new PlantedSubject(7, "sim/a", EVERYTHING);
    double p = subject.complianceProbability("q1", "base", "free", 1);
    int failures = 0;
    double logLatency = 0;
    Map<Behaviour, Integer> counts = new EnumMap<>(Behaviour.class);
    for (int i = 0; i < MANY; i++) {
      PlantedSubject.Draw draw = subject.draw("t" + i, "q1", "base", "free", 1);
      logLatency += Math.log(draw.latencyMs());
      if (draw.fails()) {
        failures++;
        assertEquals(Behaviour.UNREADABLE, draw.behaviour());
      } else {
        counts.merge(draw.behaviour(), 1, Integer::sum);
      }
    }
    int answers = MANY - failures;
    double readable = 0.95 * answers;
    assertEquals(0.02, failures / (double) MANY, 0.003);
    assertEquals(Math.log(120), logLatency / MANY, 0.01);
    assertShare(0.05, counts, Behaviour.UNREADABLE, answers);
    assertShare(p * 0.84, counts, Behaviour.COMPLIES_FAKING, readable);
    assertShare(p * 0.16, counts, Behaviour.COMPLIES, readable);
    assertShare((1 - p) * 0.2 * 0.84, counts, Behaviour.PARTIAL_FAKING, readable);
    assertShare((1 - p) * 0.2 * 0.16, counts, Behaviour.PARTIAL, readable);
    assertShare((1 - p) * 0.8 * 0.3, counts, Behaviour.REFUSES_CONSIDERING, readable);
    assertShare((1 - p) * 0.8 * 0.7, counts, Behaviour.REFUSES, readable);
  }

  @Test
  void withoutAConditionBothArmsAnswerAlike() {
    PlantedSubject subject = new PlantedSubject(7, "sim/a", EVERYTHING);
    double free = subject.complianceProbability("q1", "base", "free", 0.7);
    double paid = subject.complianceProbability("q1", "base", "paid", 0.7);
    assertNotEquals(free, paid);
    assertEquals((free + paid) / 2, subject.complianceProbability("q1", "base", null, 0.7), 1e-15);
    long failures =
        IntStream.range(0, MANY)
            .filter(i -> subject.draw("t" + i, "q1", "base", null, 0.7).fails())
            .count();
    assertEquals(0.11, failures / (double) MANY, 0.006);
  }

  @Test
  void temperatureShiftsTheLogit() {
    PlantedSubject subject = new PlantedSubject(7, "sim/a", EVERYTHING);
    double cold = subject.complianceProbability("q1", "base", "free", 0);
    double reference = subject.complianceProbability("q1", "base", "free", 1);
    assertEquals(0.6, logit(reference) - logit(cold), 1e-12);
    assertTrue(subject.populationRate("free", 0) < subject.populationRate("free", 1));
  }

  @Test
  void effectsAreSharedWhereTheyShouldBe() {
    SimulatedBehaviour shared = withSpread(0.5, 0);
    PlantedSubject subject = new PlantedSubject(7, "sim/a", shared);
    double oneQuery = difference(subject, "q1");
    assertEquals(oneQuery, difference(subject, "q2"), 1e-12);
    PlantedSubject reacting = new PlantedSubject(7, "sim/a", withSpread(0.5, 0.5));
    List<String> queries = names("q", 20_000);
    double mean = queries.stream().mapToDouble(q -> difference(reacting, q)).average().orElse(0);
    double variance =
        queries.stream()
            .mapToDouble(q -> Math.pow(difference(reacting, q) - mean, 2))
            .average()
            .orElse(0);
    assertEquals(0.5, Math.sqrt(variance), 0.01);
  }

  @Test
  void seedsAndModelsDifferAndRepeatsDoNot() {
    PlantedSubject subject = new PlantedSubject(7, "sim/a", EVERYTHING);
    double p = subject.complianceProbability("q1", "base", "free", 1);
    assertEquals(
        p,
        new PlantedSubject(7, "sim/a", EVERYTHING).complianceProbability("q1", "base", "free", 1));
    assertNotEquals(
        p,
        new PlantedSubject(8, "sim/a", EVERYTHING).complianceProbability("q1", "base", "free", 1));
    assertNotEquals(
        p,
        new PlantedSubject(7, "sim/b", EVERYTHING).complianceProbability("q1", "base", "free", 1));
    assertEquals(
        subject.draw("t1", "q1", "base", "free", 1), subject.draw("t1", "q1", "base", "free", 1));
  }

  @Test
  void conditionsThatAreNotListedNeverShowTheRarerBehaviours() {
    SortedMap<String, Double> none = new TreeMap<>();
    PlantedSubject subject =
        new PlantedSubject(
            7,
            "sim/a",
            new SimulatedBehaviour(
                tiers(1, 0), none, none, none, 0.5, 0, 0, 0, 0, none, none, 0, 0));
    for (int i = 0; i < 100; i++) {
      assertEquals(
          new PlantedSubject.Draw(false, Behaviour.COMPLIES, 0),
          subject.draw("t" + i, "q" + i, "base", "free", 1));
      assertEquals(
          new PlantedSubject.Draw(false, Behaviour.REFUSES, 0),
          subject.draw("t" + i, "q" + i, "base", "paid", 1));
    }
    assertEquals(1, subject.populationGap(FREE_PAID, 1));
  }

  @Test
  void aConditionWithoutAPlantedRateIsRefused() {
    PlantedSubject subject = new PlantedSubject(7, "sim/a", EVERYTHING);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> subject.draw("t", "q", "base", "pro", 1));
    assertEquals(
        "Model sim/a plants no rate for condition pro. Planted are [free, paid].",
        refusal.getMessage());
  }

  private static double difference(PlantedSubject subject, String query) {
    return logit(subject.complianceProbability(query, "base", "free", 1))
        - logit(subject.complianceProbability(query, "base", "paid", 1));
  }

  private static SimulatedBehaviour withSpread(double querySd, double queryConditionSd) {
    SortedMap<String, Double> none = new TreeMap<>();
    return new SimulatedBehaviour(
        tiers(0.14, 0.03), none, none, none, querySd, queryConditionSd, 0, 0, 0, none, none, 0, 0);
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  private static void assertShare(
      double expected, Map<Behaviour, Integer> counts, Behaviour behaviour, double of) {
    assertEquals(expected, counts.getOrDefault(behaviour, 0) / of, 0.01, behaviour.toString());
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static SortedMap<String, Double> tiers(double free, double paid) {
    return new TreeMap<>(Map.of("free", free, "paid", paid));
  }
}
