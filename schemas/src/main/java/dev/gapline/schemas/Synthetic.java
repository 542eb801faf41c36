package dev.gapline.schemas;

/** Numbered queries that are made up, for load: {@code synthetic-0000001}, and so on. */
final class Synthetic {

  private static final String PREFIX = "synthetic-";

  private Synthetic() {}

  static String id(long number) {
    String digits = Long.toString(number + 1);
    return PREFIX + "0".repeat(Math.max(0, 7 - digits.length())) + digits;
  }

  static long number(String id) {
    return Long.parseLong(id, PREFIX.length(), id.length(), 10) - 1;
  }

  /** The text of a query of the scenario, numbered, with that query's template variables. */
  static Query query(String id, Scenario scenario) {
    long number = number(id);
    Query pattern = scenario.queries().get((int) (number % scenario.queries().size()));
    return new Query(id, "(Request %d) %s".formatted(number + 1, pattern.text()), pattern.values());
  }
}
