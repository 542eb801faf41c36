package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.gapline.schemas.Analysis;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeighingTest {

  private static List<Weighing> of(Analysis.Target wordings, String... names) {
    Analysis analysis = new Samples().paraphrases(names).wordings(wordings).study().analysis();
    return Weighing.of(analysis, List.of(names));
  }

  @Test
  void theDeclaredWeighingIsTheHeadlinesThoughItsWordingsAreTooFew() {
    assertEquals(Weighing.WORDINGS_RANDOM, of(Analysis.Target.RANDOM, "base", "p1", "p2").get(0));
    assertEquals(Weighing.MACRO, of(Analysis.Target.RANDOM, "base").get(0), "of one wording");
    assertFalse(
        of(Analysis.Target.FIXED, "base", "p1", "p2").contains(Weighing.WORDINGS_RANDOM),
        "undeclared it would say nothing");
  }
}
