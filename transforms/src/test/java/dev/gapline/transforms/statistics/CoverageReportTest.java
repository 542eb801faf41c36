package dev.gapline.transforms.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CoverageReportTest {

  @Test
  void everyPromiseIsKeptInTheCommittedReport() throws IOException {
    for (CoverageLines.Line line : CoverageLines.all()) {
      double share = count(line, CoverageReport.STUDIES) / (double) CoverageReport.STUDIES;
      assertTrue(line.least() <= share && share <= line.most(), line.name() + ": " + share);
    }
  }

  @Test
  void theFirstStudiesOfTheReportAreReproduced() throws IOException {
    for (CoverageLines.Line line : CoverageLines.all()) {
      assertEquals(count(line, CoverageReport.FIRST), line.run(CoverageReport.FIRST), line.name());
    }
  }

  @Test
  void noTwoLinesShareTheirStudies() {
    Set<String> names = new HashSet<>();
    CoverageLines.all().forEach(line -> assertTrue(names.add(line.name()), line.name()));
  }

  private static long count(CoverageLines.Line line, int studies) throws IOException {
    for (String text : report()) {
      String[] cells = text.split("\\|", -1);
      if (cells[0].strip().equals(line.name()) && cells[1].strip().equals("" + studies)) {
        return Long.parseLong(cells[2].strip());
      }
    }
    throw new AssertionError("no line of %s with %d studies".formatted(line.name(), studies));
  }

  private static List<String> report() throws IOException {
    try (InputStream in = CoverageReportTest.class.getResourceAsStream("/coverage/report.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }
}
