package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static dev.gapline.transforms.statistics.Golden.assertInterval;
import static dev.gapline.transforms.statistics.Golden.doubles;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceTest {

  private static ReferencePaired paired(JsonNode golden) {
    JsonNode byQuery = golden.get("paraphrases_by_query");
    double[][] byParaphrase = new double[golden.get("P").intValue()][byQuery.size()];
    for (int p = 0; p < byParaphrase.length; p++) {
      for (int q = 0; q < byQuery.size(); q++) {
        byParaphrase[p][q] = byQuery.get(q).get(p).doubleValue();
      }
    }
    return ReferencePaired.of(doubles(golden.get("reference")), byParaphrase, 0.05);
  }

  @Test
  void fixedAndRandomComparisonsAreTheWorkedExamples() {
    JsonNode goldens = Golden.read("g27-reference-vs-paraphrases");
    for (JsonNode golden : goldens) {
      ReferencePaired compared = paired(golden);
      assertClose(golden.get("tau2_raw").doubleValue(), compared.tauSquaredRaw(), "raw tau^2");
      assertClose(StrictMath.sqrt(golden.get("tau2").doubleValue()), compared.tau().value(), "tau");
      Map<String, StudentEstimate> estimates =
          Map.of("fixed", compared.fixed(), "random", compared.random());
      estimates.forEach(
          (name, estimate) -> {
            JsonNode expected = golden.get(name);
            assertClose(golden.get("D").doubleValue(), estimate.value(), name);
            assertClose(expected.get("se").doubleValue(), estimate.se(), name + " SE");
            assertEquals(expected.get("df").doubleValue(), estimate.df());
            assertInterval(expected.get("ci"), estimate.low(), estimate.high(), name);
            assertClose(expected.get("p").doubleValue(), estimate.p(), name + " p");
            assertEquals(6, estimate.clusters());
          });
    }
    assertEquals(List.of("variance below zero"), paired(goldens.get(1)).tau().flags());
    assertTrue(paired(goldens.get(0)).tau().flags().isEmpty());
  }

  @Test
  void aPredictionIsWiderThanTheMeanByTheSpreadOfWordings() {
    ReferencePaired compared = paired(Golden.read("g27-reference-vs-paraphrases").get(0));
    double mean = compared.paraphrases().se();
    assertClose(
        StrictMath.sqrt(mean * mean + compared.tauSquaredRaw()),
        compared.prediction().se(),
        "prediction");
    assertEquals(compared.paraphrases().value(), compared.prediction().value());
    assertNull(compared.prediction().p());
  }

  @Test
  void comparisonsOfMarginsAreTheWorkedExamples() {
    JsonNode golden = Golden.read("g15-published-vs-paraphrase");
    Map<String, String> contrasts =
        Map.of("HO_gap", "HO_gap", "AW_gap", "AW_gap", "AW_training_support_rate", "AW_rate");
    contrasts.forEach(
        (name, contrast) -> {
          JsonNode expected = golden.get(name);
          ReferenceMargins margins =
              ReferenceMargins.of(
                  expected.get("published").get(0).doubleValue(),
                  expected.get("published").get(1).doubleValue(),
                  doubles(expected.get("para")),
                  doubles(expected.get("se")),
                  0.05);
          assertClose(expected.get("mean_unweighted").doubleValue(), margins.mean(), name);
          assertClose(expected.get("fixed").doubleValue(), margins.fixedMean(), name);
          assertClose(expected.get("Q").doubleValue(), margins.heterogeneity(), name);
          assertClose(expected.get("Q_p").doubleValue(), margins.pHeterogeneity(), name);
          assertClose(expected.get("I2").doubleValue(), margins.iSquared(), name);
          assertClose(expected.get("tau2").doubleValue(), margins.tauSquared(), name);
          StudentEstimate mean = margins.randomMean();
          assertClose(expected.get("re_mean").doubleValue(), mean.value(), name);
          assertClose(expected.get("re_se").doubleValue(), mean.se(), name);
          assertInterval(expected.get("re_ci"), mean.low(), mean.high(), name);
          assertInterval(
              expected.get("prediction_interval_t_kminus2"),
              margins.prediction().low(),
              margins.prediction().high(),
              name);
          JsonNode rank = expected.get("rank_p");
          assertClose(rank.get("upper").doubleValue(), margins.rank().upper(), name);
          assertClose(rank.get("lower").doubleValue(), margins.rank().lower(), name);
          assertClose(rank.get("two_sided").doubleValue(), margins.rank().twoSided(), name);
          JsonNode difference = golden.get("contrast_vs_prediction").get(contrast);
          assertClose(difference.get("diff").doubleValue(), margins.difference().value(), name);
          assertClose(difference.get("se_incl_tau").doubleValue(), margins.difference().se(), name);
          assertClose(difference.get("p_t_kminus1").doubleValue(), margins.difference().p(), name);
        });
  }

  @Test
  void oneParaphraseOrOneQueryGivesADifferenceWithoutAClaim() {
    ReferencePaired one =
        ReferencePaired.of(new double[] {0.4, 0.6, 0.2}, new double[][] {{0.2, 0.2, 0.2}}, 0.05);
    assertClose(0.2, one.random().value(), "difference");
    assertNull(one.random().se());
    assertEquals(List.of("too few paraphrases"), one.random().flags());
    assertNull(one.tau().value());
    assertClose(0.5, one.rank().floor(), "floor");
    ReferencePaired prompt =
        ReferencePaired.of(new double[] {0.4}, new double[][] {{0.2}, {0.3}}, 0.05);
    assertNull(prompt.fixed().se());
    assertEquals(List.of("this prompt"), prompt.random().flags());
    ReferencePaired nothing = ReferencePaired.of(new double[] {}, new double[][] {{}, {}}, 0.05);
    assertNull(nothing.random().value());
    assertEquals(List.of("no rows"), nothing.random().flags());
  }

  @Test
  void equalWordingsHaveNoWidthAndSaySo() {
    ReferencePaired same =
        ReferencePaired.of(
            new double[] {0.1, 0.7},
            new double[][] {{0.1, 0.7}, {0.1, 0.7}, {0.1, 0.7}, {0.1, 0.7}, {0.1, 0.7}},
            0.05);
    assertEquals(0, same.random().value());
    assertNull(same.random().low());
    assertEquals(List.of("too few queries", "zero standard error"), same.random().flags());
    assertEquals(1, same.rank().twoSided());
  }

  @Test
  void marginsNeedTwoParaphrases() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ReferenceMargins.of(1, 1, new double[] {1}, new double[] {1}, 0.05));
    ReferenceMargins two =
        ReferenceMargins.of(1, 1, new double[] {1, 2}, new double[] {1, 1}, 0.05);
    assertNull(two.prediction().low());
  }
}
