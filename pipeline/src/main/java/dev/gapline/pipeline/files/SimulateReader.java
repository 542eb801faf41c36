package dev.gapline.pipeline.files;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.SimulatedBehaviour;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The {@code simulate} block of a {@code sim/} model. */
final class SimulateReader {

  private static final String CONDITION = "a condition of this study";
  private static final double ROUNDING = 1e-9;

  private final Grid grid;

  SimulateReader(Grid grid) {
    this.grid = grid;
  }

  SimulatedBehaviour read(Value value) {
    Fields fields =
        value.fields(
            "simulate",
            "comply",
            "partial",
            "alignment_faking_given_comply",
            "considers_given_refuse",
            "query_sd",
            "query_condition_sd",
            "paraphrase_sd",
            "paraphrase_condition_sd",
            "temperature_slope",
            "shifts",
            "missing",
            "fail",
            "latency_ms");
    SortedMap<String, Double> comply = probabilities(fields, "comply");
    fields.required("comply", "A probability for each condition, such as {free: 0.1, paid: 0.1},");
    refuseIncomplete(fields, comply);
    Fields latency =
        fields
            .optional("latency_ms")
            .map(map -> map.fields("latency_ms", "median", "sigma"))
            .orElseGet(Fields::none);
    SimulatedBehaviour simulated =
        new SimulatedBehaviour(
            filled(comply),
            filled(probabilities(fields, "partial")),
            filled(probabilities(fields, "alignment_faking_given_comply")),
            filled(probabilities(fields, "considers_given_refuse")),
            spread(fields, "query_sd"),
            spread(fields, "query_condition_sd"),
            spread(fields, "paraphrase_sd"),
            spread(fields, "paraphrase_condition_sd"),
            number(fields, "temperature_slope", -100, 100),
            fields.read("shifts", new TreeMap<>(), this::shifts),
            filled(probabilities(fields, "missing")),
            filled(probabilities(fields, "fail")),
            number(latency, "median", 0, 3_600_000),
            number(latency, "sigma", 0, 10));
    refuseImpossible(fields, simulated);
    refuseUnsayable(value, simulated);
    return simulated;
  }

  private SortedMap<String, Double> probabilities(Fields fields, String key) {
    SortedMap<String, Double> probabilities = new TreeMap<>();
    Map<String, Value> entries =
        fields.read(
            key, Map.of(), map -> map.named("a condition", "A map such as {free: 0.1, paid: 0.1}"));
    entries.forEach(
        (condition, probability) -> {
          if (!grid.conditions().contains(condition)) {
            throw probability.refuseName(condition, CONDITION, grid.conditions());
          }
          probabilities.put(
              condition,
              probability.number("a probability", 0, 1, "A number from 0 to 1 is valid."));
        });
    return probabilities;
  }

  /** Logits by factor, level and condition. */
  private SortedMap<String, SortedMap<String, SortedMap<String, Double>>> shifts(Value value) {
    SortedMap<String, SortedMap<String, SortedMap<String, Double>>> shifts = new TreeMap<>();
    value
        .named("a factor", "A map such as {rlhf_info: {none: {free: -1}}}")
        .forEach((factor, levels) -> shifts.put(factor, ofLevels(factor, levels)));
    return shifts;
  }

  private SortedMap<String, SortedMap<String, Double>> ofLevels(String factor, Value value) {
    List<String> known =
        grid.factors().stream()
            .filter(one -> one.name().equals(factor))
            .flatMap(one -> levelsOf(factor).stream())
            .toList();
    if (known.isEmpty()) {
      throw value.refuseName(
          factor, "a factor of this study", grid.factors().stream().map(Factor::name).toList());
    }
    SortedMap<String, SortedMap<String, Double>> levels = new TreeMap<>();
    value
        .named("a level", "A map such as {none: {free: -1}}")
        .forEach(
            (level, conditions) -> {
              if (!known.contains(level)) {
                throw conditions.refuseName(level, "a level of " + factor, known);
              }
              levels.put(level, ofConditions(conditions));
            });
    return levels;
  }

  private List<String> levelsOf(String factor) {
    return grid.scenarios().get(0).factors().stream()
        .filter(one -> one.name().equals(factor))
        .flatMap(one -> one.levels().stream())
        .map(Scenario.Level::name)
        .toList();
  }

  private SortedMap<String, Double> ofConditions(Value value) {
    SortedMap<String, Double> logits = new TreeMap<>();
    value
        .named("a condition", "A map such as {free: -1}")
        .forEach(
            (condition, logit) -> {
              if (!grid.conditions().contains(condition)) {
                throw logit.refuseName(condition, CONDITION, grid.conditions());
              }
              logits.put(
                  condition, logit.number("a shift", -100, 100, "A number of logits is valid."));
            });
    return logits;
  }

  private void refuseIncomplete(Fields fields, SortedMap<String, Double> comply) {
    for (String condition : grid.conditions()) {
      if (!comply.containsKey(condition)) {
        throw fields.refuse(
            "comply",
            "nothing is given for \"%s\". A probability for each of %s is valid."
                .formatted(condition, String.join(", ", grid.conditions())));
      }
    }
  }

  /** With 0 for every condition that was left out. */
  private SortedMap<String, Double> filled(SortedMap<String, Double> probabilities) {
    SortedMap<String, Double> filled = new TreeMap<>(probabilities);
    grid.conditions().forEach(condition -> filled.putIfAbsent(condition, 0.0));
    return filled;
  }

  private void refuseImpossible(Fields fields, SimulatedBehaviour simulated) {
    for (String condition : grid.conditions()) {
      double sum = simulated.comply().get(condition) + simulated.partial().get(condition);
      if (sum > 1 + ROUNDING) {
        throw fields.refuse(
            "partial",
            "comply and partial of \"%s\" add up to %s. At most 1 is valid."
                .formatted(condition, sum));
      }
    }
  }

  /** A simulated subject reads the prompts' markers and answers in the scenario's own words. */
  private void refuseUnsayable(Value value, SimulatedBehaviour simulated) {
    for (Scenario scenario : grid.scenarios()) {
      long unmarked =
          grid.conditions().stream()
              .filter(condition -> !scenario.signals().conditions().containsKey(condition))
              .count();
      if (unmarked > 0) {
        throw value.refuseUnseen(
            "%s has no signals by which a simulated model tells %s apart. A scenario with them is"
                    .formatted(scenario.name(), String.join(", ", grid.conditions()))
                + " valid.");
      }
      for (Behaviour behaviour : said(simulated)) {
        if (!scenario.simulated().containsKey(behaviour)) {
          throw value.refuseUnseen(
              "%s has no simulated answers for \"%s\". A scenario with them is valid."
                  .formatted(scenario.name(), behaviour.name().toLowerCase(Locale.ROOT)));
        }
      }
    }
  }

  private static Set<Behaviour> said(SimulatedBehaviour simulated) {
    Set<Behaviour> said = EnumSet.of(Behaviour.REFUSES, Behaviour.COMPLIES);
    boolean fakes = happens(simulated.alignmentFakingGivenComply());
    if (fakes) {
      said.add(Behaviour.COMPLIES_FAKING);
    }
    if (happens(simulated.consideredGivenRefuse())) {
      said.add(Behaviour.REFUSES_CONSIDERING);
    }
    if (happens(simulated.partial())) {
      said.add(Behaviour.PARTIAL);
    }
    if (happens(simulated.missing())) {
      said.add(Behaviour.UNREADABLE);
    }
    return said;
  }

  private static boolean happens(SortedMap<String, Double> probabilities) {
    List<Double> values = new ArrayList<>(probabilities.values());
    return values.stream().anyMatch(probability -> probability > 0);
  }

  private static double spread(Fields fields, String key) {
    return number(fields, key, 0, 100);
  }

  private static double number(Fields fields, String key, int min, int max) {
    String valid = "A number from %d to %d is valid.".formatted(min, max);
    return fields.read(key, 0.0, value -> value.number("a number for " + key, min, max, valid));
  }
}
