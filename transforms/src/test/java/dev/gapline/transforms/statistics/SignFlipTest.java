package dev.gapline.transforms.statistics;

import static dev.gapline.transforms.statistics.Golden.doubles;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Hashing;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignFlipTest {

  @Test
  void exactFlipsMatchTheWorkedExamples() {
    for (JsonNode example : Golden.read("g20-sign-flip").get("cases")) {
      double[] d = doubles(example.get("d"));
      List<String> queries = IntStream.range(0, d.length).mapToObj(Golden::id).toList();
      SignFlip test = SignFlip.test(queries, d, "any");
      String what = example.get("note").textValue();
      assertEquals(example.get("extreme_flips").longValue(), test.extreme(), what);
      assertEquals(example.get("flips").longValue(), test.flips(), what);
      assertEquals(example.get("n_nonzero").longValue(), test.nonzero(), what);
      assertEquals(example.get("p").doubleValue(), test.p(), what);
      assertEquals(example.get("p_floor").doubleValue(), test.pFloor(), what);
    }
  }

  @Test
  void seededFlipsMatchTheWorkedExample() {
    JsonNode example = Golden.read("g20-sign-flip").get("seeded");
    List<String> queries =
        IntStream.range(0, 18)
            .mapToObj(i -> example.get("cluster_ids").get(i).textValue())
            .toList();
    SignFlip test =
        SignFlip.test(queries, doubles(example.get("d")), example.get("seed").textValue());
    assertEquals(example.get("extreme_flips").longValue(), test.extreme());
    assertEquals(example.get("flips").longValue(), test.flips());
    assertEquals(example.get("p").doubleValue(), test.p());
    assertEquals(example.get("p_floor").doubleValue(), test.pFloor());

    int[] signs =
        IntStream.rangeClosed(1, 8)
            .map(b -> Hashing.uniform("golden-v1|flip|q00", b) < 0.5 ? -1 : 1)
            .toArray();
    JsonNode expected = example.get("first_signs_q00_b1..8");
    for (int b = 0; b < signs.length; b++) {
      assertEquals(expected.get(b).intValue(), signs[b]);
    }
  }

  @Test
  void sumsThatAreZeroButForRoundingAreTheLeastExtreme() {
    double[] d = {0.1, 0.2, -0.3};
    assertEquals(1, SignFlip.test(List.of("a", "b", "c"), d, "any").p());
  }
}
