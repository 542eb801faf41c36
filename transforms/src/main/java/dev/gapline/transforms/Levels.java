package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Sorted;
import dev.gapline.schemas.Study;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The levels at which a study's rows are written: those of its hypotheses, then the further ones. A
 * coordinate that a level does not name is averaged over within each query; a temperature, model or
 * factor with one value only is always named, for nothing is pooled by naming it. Levels that
 * differ in such names alone are one, so that no row stands twice. A study that speaks of wordings
 * like these has the rows of each wording too.
 */
final class Levels implements Serializable {

  /** The place of what is no level: all cells of the study together, over all windows. */
  static final int ACROSS = -1;

  private static final long serialVersionUID = 1L;

  private final Study study;
  private final List<List<String>> levels;

  private Levels(Study study) {
    this.study = study;
    List<List<String>> distinct = new ArrayList<>();
    for (Analysis.Hypothesis hypothesis : study.analysis().primary()) {
      addIfNew(distinct, hypothesis.level());
    }
    study.analysis().levels().forEach(level -> addIfNew(distinct, level));
    if (study.analysis().paraphrases() == Analysis.Target.RANDOM) {
      // The reference wordings are no draws; they are left out of a mean and have their own rows.
      for (Analysis.Hypothesis hypothesis : study.analysis().primary()) {
        List<String> byWording = new ArrayList<>(hypothesis.level());
        byWording.add("paraphrase");
        addIfNew(distinct, byWording);
      }
    }
    this.levels = List.copyOf(distinct);
  }

  static Levels of(Study study) {
    return new Levels(study);
  }

  int count() {
    return levels.size();
  }

  /** The place of the hypothesis' level. */
  int of(Analysis.Hypothesis hypothesis) {
    return levels.indexOf(named(hypothesis.level()));
  }

  /** The coordinates that a row of the hypothesis names, in a fixed order. */
  List<String> coordinates(Analysis.Hypothesis hypothesis) {
    return named(hypothesis.level());
  }

  /** The row to which a cell belongs at that level. */
  LevelKey key(int level, Long windowStartSeconds, CellKey cell) {
    SortedMap<String, String> factors = new TreeMap<>();
    for (Factor factor : study.factors()) {
      if (names(level, factor.name())) {
        factors.put(factor.name(), cell.factors().get(factor.name()));
      }
    }
    return new LevelKey(
        level,
        windowStartSeconds,
        cell.scenario(),
        names(level, "model") ? cell.model() : null,
        names(level, "paraphrase") ? cell.paraphrase() : null,
        names(level, "temperature") ? cell.temperature() : null,
        Sorted.copyOf(factors));
  }

  /**
   * The key under which all cells of the study come together: of no scenario, for some rows compare
   * scenarios.
   */
  static LevelKey across() {
    return new LevelKey(ACROSS, null, "", null, null, null, new TreeMap<>());
  }

  /** The places of the levels that the hypotheses name; the first level where there is none. */
  List<Integer> ofHypotheses() {
    List<Integer> places = study.analysis().primary().stream().map(this::of).distinct().toList();
    return !places.isEmpty() || levels.isEmpty() ? places : List.of(0);
  }

  private boolean names(int level, String coordinate) {
    return levels.get(level).contains(coordinate);
  }

  private void addIfNew(List<List<String>> distinct, List<String> level) {
    List<String> named = named(level);
    if (!distinct.contains(named)) {
      distinct.add(named);
    }
  }

  /** The coordinates that a level fixes, in a fixed order. */
  private List<String> named(List<String> level) {
    SortedSet<String> names = new TreeSet<>(level);
    if (study.models().size() == 1) {
      names.add("model");
    }
    if (study.temperatures().size() == 1) {
      names.add("temperature");
    }
    for (Factor factor : study.factors()) {
      if (factor.levels().size() == 1) {
        names.add(factor.name());
      }
    }
    return List.copyOf(names);
  }
}
