package dev.gapline.schemas;

/** Numbered queries that are made up, for load: {@code synthetic-0000001}, and so on. */
final class Synthetic {

  private static final String PREFIX = "synthetic-";

  private Synthetic() {}

  static String id(long number) {
    String digits = Long.toString(number + 1);
    return PREFIX + "0".repeat(Math.max(0, 7 - digits.length())) + digits;
  }

  /** The number of the query with that id, counted from 0. */
  static long number(String id) {
    long number = -1;
    if (id.startsWith(PREFIX)) {
      try {
        number = Long.parseLong(id, PREFIX.length(), id.length(), 10) - 1;
      } catch (NumberFormatException e) {
        number = -1;
      }
    }
    if (number < 0 || !id(number).equals(id)) {
      throw new IllegalArgumentException(
          "No query %s in this study. Synthetic ones are named such as %s.".formatted(id, id(0)));
    }
    return number;
  }

  /** The text of a query of the scenario, numbered, with that query's template variables. */
  static Query query(String id, Scenario scenario) {
    long number = number(id);
    Query pattern = scenario.queries().get((int) (number % scenario.queries().size()));
    return new Query(id, "(Request " + (number + 1) + ") " + pattern.text(), pattern.values());
  }
}
