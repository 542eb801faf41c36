package dev.gapline.pipeline.tables;

import dev.gapline.schemas.Factor;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.SpecificationRow;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.Judgement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A specification curve as a person or a program reads it: one row per specification and headline
 * row, and for each headline in how many specifications its verdict holds.
 */
public final class SpecificationTable {

  private final Study study;
  private final List<SpecificationRow> rows;

  /** The table of these rows. */
  public SpecificationTable(Study study, List<SpecificationRow> rows) {
    this.study = study;
    this.rows = List.copyOf(rows);
  }

  /** All rows with every digit, as the answer to a query is. */
  public Sql.Answer answer() {
    List<String> columns =
        new ArrayList<>(List.of("scenario", "model", "paraphrase", "temperature"));
    List<String> factors = study.factors().stream().map(Factor::name).sorted().toList();
    factors.forEach(name -> columns.add("factor_" + name));
    columns.addAll(
        List.of(
            "contrast",
            "measure",
            "expect",
            "conventions",
            "headline",
            "gap",
            "ci_low",
            "ci_high",
            "p_superiority",
            "p_adjusted",
            "verdict",
            "verdict_reason",
            "clusters",
            "pairs",
            "flags"));
    List<List<Object>> all = new ArrayList<>();
    for (SpecificationRow row : rows) {
      LevelKey key = row.key();
      GapEstimate estimate = row.estimate();
      List<Object> values = new ArrayList<>();
      values.add(key.scenario());
      values.add(key.model());
      values.add(key.paraphrase());
      values.add(key.temperature() == null ? null : key.temperature().value());
      factors.forEach(name -> values.add(key.factors().get(name)));
      values.addAll(
          Arrays.asList(
              row.hypothesis().contrast().name(),
              row.hypothesis().measure().id(),
              row.hypothesis().expect().name().toLowerCase(Locale.ROOT),
              row.conventions(),
              row.declared(),
              estimate.gap(),
              estimate.low(),
              estimate.high(),
              estimate.pSuperiority(),
              row.pAdjusted(),
              row.judgement().outcome().id(),
              row.judgement().reason().id(),
              estimate.clusters(),
              estimate.pairs(),
              String.join("; ", estimate.flags())));
      all.add(values);
    }
    return new Sql.Answer(columns, all);
  }

  /** The rows for a person, rounded, in points. */
  public String text() {
    TextTable table =
        new TextTable(List.of("headline", "conventions", "gap", "interval", "p", "verdict"));
    for (SpecificationRow row : rows) {
      GapEstimate estimate = row.estimate();
      table.add(
          List.of(
              name(row),
              row.conventions() + (row.declared() ? " (declared)" : ""),
              points(estimate.gap()),
              estimate.low() == null
                  ? "none"
                  : "[%s, %s]".formatted(points(estimate.low()), points(estimate.high())),
              row.pAdjusted() == null
                  ? "none"
                  : String.format(Locale.ROOT, "%.2g", row.pAdjusted()),
              row.judgement().outcome().id() + ": " + row.judgement().reason().id()));
    }
    return table.text();
  }

  /** One line for each headline: its declared verdict, and in how many specifications it holds. */
  public String summary() {
    Map<String, List<SpecificationRow>> byHeadline =
        rows.stream()
            .collect(Collectors.groupingBy(this::name, LinkedHashMap::new, Collectors.toList()));
    StringBuilder text = new StringBuilder();
    byHeadline.forEach((name, all) -> text.append(line(name, all)).append('\n'));
    return text.toString();
  }

  private static String line(String name, List<SpecificationRow> all) {
    Judgement.Outcome declared =
        all.stream()
            .filter(SpecificationRow::declared)
            .findFirst()
            .orElseThrow()
            .judgement()
            .outcome();
    long holds = all.stream().filter(row -> row.judgement().outcome() == declared).count();
    List<Double> gaps =
        all.stream().map(row -> row.estimate().gap()).filter(Objects::nonNull).sorted().toList();
    return "%s: %s; the verdict holds in %d of %d%s"
        .formatted(
            name,
            declared.id(),
            holds,
            all.size(),
            gaps.isEmpty()
                ? ""
                : ", gap from %s to %s"
                    .formatted(points(gaps.get(0)), points(gaps.get(gaps.size() - 1))));
  }

  private String name(SpecificationRow row) {
    LevelKey key = row.key();
    List<String> parts = new ArrayList<>();
    parts.add(key.scenario());
    if (key.model() != null) {
      parts.add(key.model());
    }
    if (key.temperature() != null) {
      parts.add("T " + key.temperature().text());
    }
    if (key.paraphrase() != null) {
      parts.add(key.paraphrase());
    }
    for (Factor factor : study.factors()) {
      if (factor.levels().size() > 1 && key.factors().containsKey(factor.name())) {
        parts.add(factor.name() + " " + key.factors().get(factor.name()));
      }
    }
    parts.add(row.hypothesis().measure().id());
    parts.add(row.hypothesis().contrast().name());
    return String.join(", ", parts);
  }

  private static String points(Double gap) {
    return gap == null ? "none" : String.format(Locale.ROOT, "%+.1f", 100 * gap);
  }
}
