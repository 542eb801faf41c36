package dev.gapline.transforms;

import dev.gapline.schemas.Measure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conventions that read the trials of a run differently, for one measure. Where nothing was
 * retried, say, a convention on retried trials changes nothing, and is no specification of its own.
 */
final class Readings {

  /** The first conventions that read alike, by what they read in either arm. */
  private final Map<List<Integer>, Conventions> firsts = new LinkedHashMap<>();

  private final Map<Conventions, List<Integer>> values = new HashMap<>();
  private final int items;

  private Readings(int items) {
    this.items = items;
  }

  /** All combinations for that measure, for a run whose trials have those raw items. */
  static Readings of(Measure measure, List<RawItems> items) {
    Readings readings = new Readings(items.size());
    readings.add(Conventions.declared(measure), items);
    for (Rule rule : Rule.of(measure)) {
      for (Conventions.Parser parser : Conventions.Parser.values()) {
        for (Conventions.Missing missing : Conventions.Missing.values()) {
          for (Conventions.Filter filter : Conventions.Filter.values()) {
            for (Conventions.Trials trials : Conventions.Trials.values()) {
              readings.add(new Conventions(parser, missing, filter, trials, rule, measure), items);
            }
          }
        }
      }
    }
    return readings;
  }

  private void add(Conventions conventions, List<RawItems> raw) {
    List<Integer> read = new ArrayList<>(2 * items);
    raw.forEach(trial -> read.add(conventions.twice(trial, true)));
    raw.forEach(trial -> read.add(conventions.twice(trial, false)));
    values.putIfAbsent(conventions, List.copyOf(read));
    firsts.putIfAbsent(values.get(conventions), conventions);
  }

  /** How many combinations there are. */
  int combinations() {
    return values.size();
  }

  /** One for each different reading; the declared conventions first. */
  List<Conventions> distinct() {
    return List.copyOf(firsts.values());
  }

  /** The conventions that stand for these: the first that read alike. */
  Conventions first(Conventions conventions) {
    return firsts.get(values.get(conventions));
  }

  /** Doubled values of the raw items in one arm, by their place. */
  int[] values(Conventions conventions, boolean isTreatment) {
    List<Integer> both = values.get(conventions);
    return (isTreatment ? both.subList(0, items) : both.subList(items, 2 * items))
        .stream().mapToInt(Integer::intValue).toArray();
  }
}
