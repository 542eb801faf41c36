package dev.gapline.transforms;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.GapRow;
import dev.gapline.transforms.statistics.Golden;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JudgeFamiliesTest {

  private static final Analysis ANALYSIS = new Samples().study().analysis();

  @Test
  void headlinesAreAdjustedByHolmAsInTheWorkedExample() {
    for (JsonNode example : Golden.read("g7-multiplicity")) {
      List<GapFinding> findings = new ArrayList<>();
      for (int i = 0; i < example.get("p").size(); i++) {
        findings.add(finding(i, example.get("p").get(i).doubleValue(), true, null));
        findings.add(finding(i, example.get("p").get(i).doubleValue(), false, null));
        findings.add(finding(i, 0.001, false, 5000L));
      }
      Collections.shuffle(findings, new Random(3));
      List<GapRow> rows = JudgeFamilies.judge(ANALYSIS, findings);
      assertEquals(findings.size(), rows.size());
      for (GapRow row : rows) {
        int i = Integer.parseInt(row.model().substring(5));
        if (row.windowStart() != null) {
          assertNull(row.pAdjusted());
        } else {
          String correction = row.headline() ? "holm" : "bh";
          assertClose(
              example.get(correction).get(i).doubleValue(), row.pAdjusted(), correction + " " + i);
        }
        assertEquals(row.headline(), row.verdict() != null);
      }
    }
  }

  @Test
  void aHeadlineWithoutPStillCountsAsOneOfItsFamily() {
    List<GapRow> rows =
        JudgeFamilies.judge(
            ANALYSIS, List.of(finding(0, 0.02, true, null), finding(1, null, true, null)));
    assertEquals(0.04, rows.get(0).pAdjusted());
    assertNull(rows.get(1).pAdjusted());
  }

  @Test
  void aRowOverSomeOfTheTrialsIsOfNoFamily() {
    GapFinding alone = finding(1, 0.02, false, null);
    GapFinding view =
        new GapFinding(finding(2, 0.02, false, null).row(), null, null, false, null, null);
    for (GapRow row : JudgeFamilies.judge(ANALYSIS, List.of(alone, view))) {
      assertEquals(row.model().equals("sim/m001") ? Double.valueOf(0.02) : null, row.pAdjusted());
      assertNull(row.verdict());
    }
  }

  private static GapFinding finding(int i, Double p, boolean isHeadline, Long window) {
    GapRow row =
        new GapRow(
            "sample",
            window,
            window == null ? null : Long.valueOf(window + 1),
            "weather",
            "sim/m%03d".formatted(i),
            null,
            1.0,
            "free - paid",
            "free",
            "paid",
            "compliance",
            "paired-cluster-macro",
            isHeadline,
            isHeadline ? "confirmatory" : "exploratory",
            isHeadline ? "compliance, free - paid: greater" : null,
            1,
            1,
            1,
            1,
            2,
            0,
            1.0,
            0.0,
            20,
            20,
            0,
            0.1,
            0.05,
            19.0,
            0.01,
            0.19,
            p,
            null,
            null,
            null,
            null,
            null,
            null,
            0.09,
            0.0,
            1.0,
            null,
            null,
            "raw",
            "random",
            "fixed",
            "",
            "",
            "macro",
            "by-query",
            0.95,
            11L,
            2L,
            0.5,
            null,
            new TreeMap<>());
    return new GapFinding(
        row,
        isHeadline ? Analysis.Expectation.GREATER : null,
        null,
        !isHeadline && window == null,
        null,
        null);
  }
}
