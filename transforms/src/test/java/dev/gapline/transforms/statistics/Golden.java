package dev.gapline.transforms.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** The worked examples of the specification: numbers with ten significant digits. */
public final class Golden {

  private Golden() {}

  /** A group, by the name of its file. */
  public static JsonNode read(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Relative 1e-9 or absolute 1e-12. */
  public static void assertClose(double expected, double actual, String what) {
    assertEquals(expected, actual, Math.max(1e-12, 1e-9 * Math.abs(expected)), what);
  }

  /** Both limits. */
  public static void assertInterval(JsonNode expected, double low, double high, String what) {
    assertClose(expected.get(0).doubleValue(), low, what + ", lower limit");
    assertClose(expected.get(1).doubleValue(), high, what + ", upper limit");
  }

  /** The numbers of an array. */
  static double[] doubles(JsonNode array) {
    return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).doubleValue()).toArray();
  }

  /** One query per entry, binary counts in either arm. */
  static List<QueryPair> pairs(JsonNode nT, JsonNode xT, JsonNode nC, JsonNode xC) {
    List<QueryPair> pairs = new ArrayList<>();
    for (int i = 0; i < nT.size(); i++) {
      pairs.add(
          new QueryPair(
              id(i),
              List.of(Counts.binary(xT.get(i).longValue(), nT.get(i).longValue())),
              List.of(Counts.binary(xC.get(i).longValue(), nC.get(i).longValue()))));
    }
    return pairs;
  }

  /** The id of query {@code i}: they sort as they count. */
  static String id(int i) {
    return "q%03d".formatted(i);
  }

  /** One value per query: so many ones, the rest zeros. */
  static List<QueryCounts> single(int ones, int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> new QueryCounts(id(i), List.of(Counts.binary(i < ones ? 1 : 0, 1))))
        .toList();
  }

  /** One value per query and arm: the table of agreement. */
  static List<QueryPair> agreement(int both, int treatmentOnly, int controlOnly, int neither) {
    return IntStream.range(0, both + treatmentOnly + controlOnly + neither)
        .mapToObj(
            i -> {
              boolean isTreatment = i < both + treatmentOnly;
              boolean isControl =
                  i < both || (i >= both + treatmentOnly && i < both + treatmentOnly + controlOnly);
              return new QueryPair(
                  id(i),
                  List.of(Counts.binary(isTreatment ? 1 : 0, 1)),
                  List.of(Counts.binary(isControl ? 1 : 0, 1)));
            })
        .toList();
  }

  /** One value per query and arm, independent columns: so many ones of so many in either. */
  static List<QueryPair> columns(int xT, int nT, int xC, int nC) {
    return IntStream.range(0, Math.max(nT, nC))
        .mapToObj(
            i ->
                new QueryPair(
                    id(i),
                    List.of(i < nT ? Counts.binary(i < xT ? 1 : 0, 1) : Counts.none()),
                    List.of(i < nC ? Counts.binary(i < xC ? 1 : 0, 1) : Counts.none())))
        .toList();
  }
}
