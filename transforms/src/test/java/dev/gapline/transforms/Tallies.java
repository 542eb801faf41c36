package dev.gapline.transforms;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Counts made by hand. */
final class Tallies {

  private Tallies() {}

  static CellKey cell(String model) {
    return cell(model, "base");
  }

  static CellKey cell(String model, String paraphrase) {
    return new CellKey("weather", model, paraphrase, Temperature.of("1"), new TreeMap<>());
  }

  static UnitTally unit(CellKey cell, List<CellTally.QueryTally> queries) {
    return new UnitTally(0, null, cell, new CellTally(queries));
  }

  static CellTally.QueryTally query(int i, Tally free, Tally paid) {
    return new CellTally.QueryTally(Samples.query(i), List.of(free, paid));
  }

  /** So many that comply among so many that were read. */
  static Tally of(int comply, int n) {
    Tally tally = Tally.empty();
    for (int i = 0; i < n; i++) {
      tally = tally.plus(Tally.of(verdict(i < comply ? 1.0 : 0.0)));
    }
    return tally;
  }

  /** So many that were not read, for that reason. */
  static Tally unread(ParseStatus status, int n) {
    Tally tally = Tally.empty();
    for (int i = 0; i < n; i++) {
      tally = tally.plus(Tally.of(Verdict.unread(status, null, null)));
    }
    return tally;
  }

  /** One value per query: so many ones, the rest zeros, in either arm. */
  static List<CellTally.QueryTally> columns(int xFree, int nFree, int xPaid, int nPaid) {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < Math.max(nFree, nPaid); i++) {
      queries.add(
          query(
              i,
              i < nFree ? of(i < xFree ? 1 : 0, 1) : Tally.empty(),
              i < nPaid ? of(i < xPaid ? 1 : 0, 1) : Tally.empty()));
    }
    return queries;
  }

  /** One query per place of the worked example's arrays. */
  static List<CellTally.QueryTally> clustered(JsonNode input) {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < input.get("nF").size(); i++) {
      queries.add(
          query(
              i,
              of(input.get("xF").get(i).intValue(), input.get("nF").get(i).intValue()),
              of(input.get("xP").get(i).intValue(), input.get("nP").get(i).intValue())));
    }
    return queries;
  }

  static Verdict verdict(Double complied) {
    return new Verdict(ParseStatus.OK, complied, null, null, null, null, null, null);
  }
}
