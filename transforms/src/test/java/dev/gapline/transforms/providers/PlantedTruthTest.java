package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.transforms.statistics.Golden;
import org.junit.jupiter.api.Test;

class PlantedTruthTest {

  @Test
  void interceptsMatchTheWorkedExamples() {
    for (JsonNode example : Golden.read("g33-planted-truth").get("cases")) {
      double rate = example.get("rate").doubleValue();
      double sd = example.get("s").doubleValue();
      String what = example.toString();
      Golden.assertClose(
          example.get("intercept").doubleValue(), PlantedTruth.intercept(rate, sd), what);
      Golden.assertClose(
          example.get("marginal_if_intercept_were_logit_rate").doubleValue(),
          PlantedTruth.marginal(Math.log(rate / (1 - rate)), sd),
          what);
    }
  }

  @Test
  void theInterceptGivesTheRateBack() {
    for (double rate : new double[] {1e-6, 0.001, 0.03, 0.5, 0.86, 0.999999}) {
      for (double sd : new double[] {0, 0.1, 1, 3, 10, 40}) {
        double back = PlantedTruth.marginal(PlantedTruth.intercept(rate, sd), sd);
        assertEquals(rate, back, 1e-12, rate + " at " + sd);
      }
    }
  }

  @Test
  void neverAndAlwaysHaveInfiniteIntercepts() {
    assertEquals(0, PlantedTruth.marginal(PlantedTruth.intercept(0, 0.5), 0.5));
    assertEquals(1, PlantedTruth.marginal(PlantedTruth.intercept(1, 0.5), 0.5));
    assertThrows(IllegalArgumentException.class, () -> PlantedTruth.intercept(1.1, 0.5));
    assertThrows(IllegalArgumentException.class, () -> PlantedTruth.intercept(Double.NaN, 0.5));
  }
}
