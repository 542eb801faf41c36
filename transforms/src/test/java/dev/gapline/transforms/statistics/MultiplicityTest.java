package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Analysis.Correction;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class MultiplicityTest {

  @Test
  void correctionsMatchTheWorkedExamples() {
    for (JsonNode example : Golden.read("g7-multiplicity")) {
      List<Double> p = DoubleStream.of(Golden.doubles(example.get("p"))).boxed().toList();
      assertAll(example.get("holm"), Multiplicity.holm(p));
      assertAll(example.get("bh"), Multiplicity.benjaminiHochberg(p));
      assertAll(example.get("by"), Multiplicity.benjaminiYekutieli(p));
      assertEquals(Multiplicity.holm(p), Multiplicity.adjust(Correction.HOLM, p));
      assertEquals(Multiplicity.benjaminiHochberg(p), Multiplicity.adjust(Correction.BH, p));
      assertEquals(p, Multiplicity.adjust(Correction.NONE, p));
    }
  }

  @Test
  void aMissingPStaysMissingAndStillCounts() {
    List<Double> adjusted = Multiplicity.holm(Arrays.asList(0.5, null, 0.01));
    assertEquals(0.03, adjusted.get(2));
    assertNull(adjusted.get(1));
    assertEquals(1.0, adjusted.get(0));
    assertEquals(0.03, Multiplicity.benjaminiHochberg(Arrays.asList(0.5, null, 0.01)).get(2));
  }

  private static void assertAll(JsonNode expected, List<Double> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertClose(expected.get(i).doubleValue(), actual.get(i), "p " + i);
    }
  }
}
