package dev.gapline.transforms.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.transforms.statistics.CoverageSimulation.Covered;
import dev.gapline.transforms.statistics.CoverageSimulation.Design;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoverageTest {

  @ParameterizedTest
  @ValueSource(strings = {"353x1", "50x10"})
  void theCommittedReportCoversAsPromised(String name) throws IOException {
    for (int studies : new int[] {CoverageSimulation.STUDIES, CoverageSimulation.MOST}) {
      Covered covered = reported(name, studies);
      assertTrue(covered.share() > 0.94 && covered.share() < 0.96, covered.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"353x1", "50x10"})
  void theFirstStudiesOfTheReportAreReproduced(String name) throws IOException {
    assertEquals(
        reported(name, CoverageSimulation.FIRST),
        CoverageSimulation.run(design(name), CoverageSimulation.FIRST));
  }

  private static Design design(String name) {
    return name.equals("353x1") ? CoverageSimulation.MANY_QUERIES : CoverageSimulation.MANY_SAMPLES;
  }

  private static Covered reported(String name, int studies) throws IOException {
    Matcher line =
        Pattern.compile(
                "(?m)^%s studies %d covered (\\d+) own (\\d+) few_clusters (\\d+):"
                    .formatted(name, studies))
            .matcher(report());
    assertTrue(line.find(), "no line of " + name + " with " + studies + " studies");
    return new Covered(
        studies,
        Integer.parseInt(line.group(1)),
        Integer.parseInt(line.group(2)),
        Integer.parseInt(line.group(3)));
  }

  private static String report() throws IOException {
    try (InputStream in = CoverageTest.class.getResourceAsStream("/coverage/headline-353x1.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
