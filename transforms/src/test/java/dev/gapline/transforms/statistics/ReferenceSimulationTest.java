package dev.gapline.transforms.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.transforms.statistics.ReferenceSimulation.Design;
import dev.gapline.transforms.statistics.ReferenceSimulation.Found;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReferenceSimulationTest {

  @Test
  void aWordingLikeTheOthersIsSaidToDifferInOneToSixPercent() throws IOException {
    for (Design design : ReferenceSimulation.DESIGNS) {
      double share = reported(design, ReferenceSimulation.MOST).random() / 20_000.0;
      if (design.shift() == 0) {
        assertTrue(share > 0.01 && share < 0.06, design + ": " + share);
      } else {
        assertTrue(share > 0.9, design + ": " + share);
      }
    }
  }

  @Test
  void theFirstStudiesOfTheReportAreReproduced() throws IOException {
    for (Design design : ReferenceSimulation.DESIGNS) {
      assertEquals(
          reported(design, ReferenceSimulation.FIRST),
          ReferenceSimulation.run(design, ReferenceSimulation.FIRST));
    }
  }

  private static Found reported(Design design, int studies) throws IOException {
    Matcher line =
        Pattern.compile(
                "(?m)^%s studies %d random (\\d+) fixed (\\d+):"
                    .formatted(Pattern.quote(design.name()), studies))
            .matcher(report());
    assertTrue(line.find(), "no line of " + design + " with " + studies + " studies");
    return new Found(studies, Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2)));
  }

  private static String report() throws IOException {
    try (InputStream in =
        ReferenceSimulationTest.class.getResourceAsStream("/coverage/reference-paired.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
