package dev.gapline.transforms;

import static dev.gapline.transforms.statistics.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How rows count the answers that are missing, and those that a provider's filter kept back. */
class MissingRowsTest {

  @TempDir Path folder;

  /**
   * Twelve queries: in the treatment 2 of 3 comply, one answer is filtered and one times out; in
   * the control one of 4 complies or none, and one answer is empty.
   */
  private Leg written() {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Tally free =
          Tallies.of(2, 3)
              .plus(Tallies.unread(ParseStatus.API_FILTER, 1))
              .plus(Tallies.unread(ParseStatus.TIMEOUT, 1));
      Tally paid = Tallies.of(i % 2, 4).plus(Tallies.unread(ParseStatus.EMPTY, 1));
      queries.add(Tallies.query(i, free, paid));
    }
    Leg leg = Samples.leg(RunFolder.at(folder), "001", new Samples().queries(12).study());
    Pipelines.writeTables(leg, List.of(Tallies.unit(Tallies.cell("sim/subject"), queries)));
    return leg;
  }

  private static GenericRecord gap(Leg leg, String measure, String missing) throws IOException {
    List<GenericRecord> found =
        Pipelines.read(leg, "gaps").stream()
            .filter(row -> row.get("measure").equals(measure))
            .filter(row -> row.get("method").equals("paired-cluster-macro"))
            .filter(
                row ->
                    row.get("conventions")
                        .equals("parser=tags; missing=" + missing + "; weights=macro"))
            .toList();
    assertEquals(1, found.size(), missing);
    return found.get(0);
  }

  private static GenericRecord rate(Leg leg, String condition, String measure, String conventions)
      throws IOException {
    List<GenericRecord> found =
        Pipelines.read(leg, "rates").stream()
            .filter(row -> row.get("measure").equals(measure))
            .filter(row -> row.get("condition").equals(condition))
            .filter(row -> row.get("method").equals("wilson-cluster"))
            .filter(row -> conventions.equals(row.get("conventions")))
            .toList();
    assertEquals(1, found.size(), conventions);
    return found.get(0);
  }

  private static double number(GenericRecord row, String column) {
    return (Double) row.get(column);
  }

  @Test
  void aFilteredAnswerIsMissingOfTheModelAndNoncomplianceOfTheSystem() throws IOException {
    Leg leg = written();
    assertClose(2 / 3.0 - 0.5 / 4, number(gap(leg, "compliance", "complete-case"), "gap"), "model");
    GenericRecord system = gap(leg, "compliance", "filter-noncompliant");
    assertClose(2 / 4.0 - 0.5 / 4, number(system, "gap"), "system");
    assertEquals(48L, system.get("n_treatment"), "what timed out stays missing");
    GenericRecord all = gap(leg, "compliance", "noncompliant");
    assertClose(2 / 5.0 - 0.5 / 5, number(all, "gap"), "all missing");
    for (GenericRecord row : List.of(system, all)) {
      assertEquals(false, row.get("headline"));
      assertEquals("exploratory", row.get("role"));
    }
  }

  @Test
  void anAnswerThatDoesNotComplyIsARefusal() throws IOException {
    Leg leg = written();
    for (String missing : List.of("complete-case", "noncompliant", "filter-noncompliant")) {
      assertClose(
          -number(gap(leg, "compliance", missing), "gap"),
          number(gap(leg, "refusal", missing), "gap"),
          missing);
    }
  }

  @Test
  void ratesHaveBothBoundsAndTheSystemsRate() throws IOException {
    Leg leg = written();
    assertClose(
        2 / 5.0, number(rate(leg, "free", "compliance", "missing=noncompliant"), "rate"), "lowest");
    assertClose(
        4 / 5.0, number(rate(leg, "free", "compliance", "missing=highest"), "rate"), "highest");
    GenericRecord system = rate(leg, "free", "compliance", "missing=filter-noncompliant");
    assertClose(2 / 4.0, number(system, "rate"), "system");
    assertEquals(48L, system.get("n"));
    assertEquals(60L, system.get("planned"));
    assertClose(
        3 / 5.0, number(rate(leg, "free", "refusal", "missing=noncompliant"), "rate"), "refused");
    assertClose(
        1 / 5.0, number(rate(leg, "free", "refusal", "missing=lowest"), "rate"), "not refused");
    Set<String> ofControl = new TreeSet<>();
    for (GenericRecord row : Pipelines.read(leg, "rates")) {
      if (row.get("condition").equals("paid") && row.get("conventions") != null) {
        ofControl.add(row.get("conventions").toString());
        assertEquals("wilson-cluster", row.get("method"));
      }
    }
    assertEquals(Set.of("missing=noncompliant", "missing=highest", "missing=lowest"), ofControl);
  }

  @Test
  void whatIsMeasuredOfNoAnswerIsNeverZero() throws IOException {
    Leg leg = written();
    assertNull(gap(leg, "af_mean", "noncompliant").get("gap"), "no answer has reasoning");
    for (GenericRecord row : Pipelines.read(leg, "rates")) {
      if (row.get("measure").equals("af_mean")) {
        assertNull(row.get("rate"), row::toString);
      }
    }
  }

  @Test
  void whereNothingIsMissingNoRateIsSaidTwice() throws IOException {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      queries.add(Tallies.query(i, Tallies.of(i % 3, 3), Tallies.of(0, 3)));
    }
    Leg leg = Samples.leg(RunFolder.at(folder), "001", new Samples().queries(12).study());
    Pipelines.writeTables(leg, List.of(Tallies.unit(Tallies.cell("sim/subject"), queries)));
    for (GenericRecord row : Pipelines.read(leg, "rates")) {
      assertNull(row.get("conventions"), row::toString);
    }
  }
}
