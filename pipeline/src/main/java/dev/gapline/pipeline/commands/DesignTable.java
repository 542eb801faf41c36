package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.tables.TextTable;
import dev.gapline.transforms.statistics.ClusteredPlanning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The designs that a study could have, as a person reads them, and the cheapest that suffices. */
final class DesignTable {

  private final Designs designs;
  private final Design asPlanned;
  private final DesignCost cost;
  private final long left;

  /**
   * A table of those designs.
   *
   * @param left queries that a scenario has beside the pilot's
   */
  DesignTable(Designs designs, Design asPlanned, DesignCost cost, long left) {
    this.designs = designs;
    this.asPlanned = asPlanned;
    this.cost = cost;
    this.left = left;
  }

  /** The table, and below it the cheapest design. */
  List<String> lines() {
    Optional<Design> cheapest = designs.cheapest(left);
    TextTable table =
        new TextTable(
            List.of(
                "queries",
                "samples",
                "paraphrases",
                "power",
                "detectable",
                "calls",
                "US dollars",
                ""));
    boolean isBelowSignFlip = false;
    for (Design design : designs.all()) {
      isBelowSignFlip |= design.queries() < ClusteredPlanning.LEAST_QUERIES;
      table.add(
          List.of(
              text("%,d", design.queries()),
              text("%,d", design.samples()),
              text("%,d", design.paraphrases()),
              AssumedPlan.percent(designs.power(design)),
              AssumedPlan.points(designs.detectable(design)),
              text("%,.0f", cost.calls(design)),
              dollars(design),
              remarks(design, cheapest)));
    }
    List<String> lines = new ArrayList<>(table.text().lines().toList());
    lines.add(
        "designs: queries of each scenario; power of the weakest row, detectable gap of the widest;"
            + " calls and dollars of all models, from nothing. At hand are the scenario's queries"
            + " without the pilot's.");
    if (isBelowSignFlip) {
      lines.add(AssumedPlan.belowSignFlip());
    }
    lines.addAll(conclusion(cheapest));
    return lines;
  }

  private String remarks(Design design, Optional<Design> cheapest) {
    List<String> remarks = new ArrayList<>();
    if (cheapest.filter(design::equals).isPresent()) {
      remarks.add("<- cheapest with 80%");
    }
    if (design.equals(asPlanned)) {
      remarks.add("<- as planned");
    }
    if (design.queries() < ClusteredPlanning.LEAST_QUERIES) {
      remarks.add("sign-flip");
    }
    if (design.queries() > left) {
      remarks.add(text("more than the %,d at hand", left));
    }
    return String.join(", ", remarks);
  }

  private List<String> conclusion(Optional<Design> cheapest) {
    if (cheapest.isPresent()) {
      return List.of("cheapest with 80% power in every row: " + said(cheapest.get()));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "No design%s has 80%% power in every row. Cheapest with more: %s"
            .formatted(
                left == Long.MAX_VALUE ? "" : text(" of the %,d queries at hand", left),
                designs
                    .cheapest(Long.MAX_VALUE)
                    .map(this::said)
                    .orElse("none; some expected gap is 0, or beyond its margin")));
    List<PlannedGap> outOfReach = designs.outOfReach(left);
    outOfReach.forEach(
        gap ->
            lines.add(
                text(
                    "out of reach: %s in %s at T %s, gap %+.1f points",
                    gap.model(),
                    gap.scenario(),
                    gap.temperature(),
                    100 * gap.assumptions().gap())));
    designs
        .without(outOfReach)
        .cheapest(left)
        .filter(design -> !designs.areOf(outOfReach))
        .ifPresent(
            design -> lines.add("cheapest with 80% power in all other rows: " + said(design)));
    return lines;
  }

  private String said(Design design) {
    return text(
        "%,d queries x %,d samples x %,d paraphrases: %,.0f calls, %s",
        design.queries(),
        design.samples(),
        design.paraphrases(),
        cost.calls(design),
        cost.isPriced() ? "$" + dollars(design) : "dollars unknown");
  }

  private String dollars(Design design) {
    Double dollars = cost.dollars(design);
    return dollars == null ? "unknown" : text("%,.2f", dollars);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
