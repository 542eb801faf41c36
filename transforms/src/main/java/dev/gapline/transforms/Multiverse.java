package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.statistics.Counts;
import dev.gapline.transforms.statistics.Equivalence;
import dev.gapline.transforms.statistics.GapEstimate;
import dev.gapline.transforms.statistics.Judgement;
import dev.gapline.transforms.statistics.Multiplicity;
import dev.gapline.transforms.statistics.QueryPair;
import dev.gapline.transforms.statistics.Verdicts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The headline of every primary hypothesis under every published convention (a specification curve,
 * Simonsohn, Simmons and Nelson 2020; a multiverse, Steegen and others 2016), from stored raw items
 * without a call.
 *
 * <p>Axes: parser, missing answers, provider's filter, retried trials, the measure's rule (partial
 * compliance, or what faking is), weights and target. Combinations that read every trial of the run
 * alike are one specification, under the conventions that come first; the study's own come before
 * all. P-values are adjusted over the hypotheses as the headline's are, the other hypotheses under
 * the same conventions, each by its own measure's declared rule.
 */
public final class Multiverse {

  private static final Comparator<CellKey> ORDER =
      Comparator.comparing(CellKey::scenario)
          .thenComparing(CellKey::model)
          .thenComparing(CellKey::temperature)
          .thenComparing(CellKey::paraphrase)
          .thenComparing(cell -> cell.factors().toString());

  /** One hypothesis in one row of its level: what a headline row is of. */
  private record Headline(
      Analysis.Hypothesis hypothesis, LevelKey key, List<CellKey> cells, List<String> wordings) {}

  /** The adjusted p-values of all headlines under one specification, in their order. */
  private record Family(List<Double> superiority, List<Double> equivalence) {}

  private final Study study;
  private final RawCounts counts;
  private final Map<Measure, Readings> readings = new LinkedHashMap<>();
  private final List<Headline> headlines;

  private Multiverse(Study study, RawCounts counts) {
    this.study = study;
    this.counts = counts;
    for (Analysis.Hypothesis hypothesis : study.analysis().primary()) {
      readings.computeIfAbsent(
          hypothesis.measure(), measure -> Readings.of(measure, counts.items()));
    }
    this.headlines = headlines();
  }

  /**
   * Reads all trials of a run, each once.
   *
   * @param files of the parts, in their order, on this machine
   */
  public static Multiverse read(Study study, TrialSet trials, List<Path> files) throws IOException {
    RawCounts counts = new RawCounts(study);
    for (StoredPart part : trials.parts()) {
      counts.read(files.get(Math.toIntExact(part.number())), part);
    }
    return new Multiverse(study, counts);
  }

  /**
   * Every specification of every headline row: by headline, the study's own specification first.
   */
  public List<SpecificationRow> rows() {
    List<Map<Specification, GapEstimate>> estimates =
        headlines.stream().map(this::estimates).toList();
    Map<Specification, Family> families = new HashMap<>();
    List<SpecificationRow> rows = new ArrayList<>();
    for (int place = 0; place < headlines.size(); place++) {
      for (Specification specification : estimates.get(place).keySet()) {
        Family family =
            families.computeIfAbsent(specification, unseen -> family(unseen, estimates));
        rows.add(row(place, specification, estimates.get(place).get(specification), family));
      }
    }
    return rows;
  }

  /** One headline under every specification, the study's own first. */
  private Map<Specification, GapEstimate> estimates(Headline headline) {
    List<Weighing> weighings = Weighing.of(study.analysis(), headline.wordings());
    List<Conventions> conventions = readings.get(headline.hypothesis().measure()).distinct();
    List<List<GapEstimate>> computed =
        conventions.parallelStream()
            .map(reading -> pairs(headline, reading))
            .map(pairs -> weighings.stream().map(by -> estimate(by, pairs, headline)).toList())
            .toList();
    Map<Specification, GapEstimate> estimates = new LinkedHashMap<>();
    for (int i = 0; i < conventions.size(); i++) {
      for (int j = 0; j < weighings.size(); j++) {
        estimates.put(
            new Specification(conventions.get(i), weighings.get(j)), computed.get(i).get(j));
      }
    }
    return estimates;
  }

  private GapEstimate estimate(Weighing weighing, List<QueryPair> pairs, Headline headline) {
    return weighing.estimate(
        pairs, headline.wordings(), study.analysis().alpha(), Long.toString(study.seed()));
  }

  private List<QueryPair> pairs(Headline headline, Conventions conventions) {
    int treatment = study.conditions().indexOf(headline.hypothesis().contrast().treatment());
    int control = study.conditions().indexOf(headline.hypothesis().contrast().control());
    Readings reading = readings.get(conventions.measure());
    int[] inTreatment = reading.values(conventions, true);
    int[] inControl = reading.values(conventions, false);
    List<QueryPair> pairs = new ArrayList<>();
    for (String query : counts.queries(headline.cells())) {
      List<Counts> treated = new ArrayList<>();
      List<Counts> controls = new ArrayList<>();
      for (CellKey cell : headline.cells()) {
        treated.add(counts.of(cell, query, treatment, inTreatment));
        controls.add(counts.of(cell, query, control, inControl));
      }
      pairs.add(new QueryPair(query, treated, controls));
    }
    return pairs;
  }

  private Family family(
      Specification specification, List<Map<Specification, GapEstimate>> estimates) {
    List<Double> superiority = new ArrayList<>();
    List<Double> equivalence = new ArrayList<>();
    for (int place = 0; place < headlines.size(); place++) {
      Headline headline = headlines.get(place);
      GapEstimate estimate = estimates.get(place).get(of(headline, specification));
      superiority.add(estimate.pSuperiority());
      equivalence.add(
          Equivalence.evaluated(
              estimate,
              headline.hypothesis().expect(),
              margin(headline),
              study.analysis().alpha()));
    }
    Analysis.Correction correction = study.analysis().primaryCorrection();
    return new Family(
        Multiplicity.adjust(correction, superiority), Multiplicity.adjust(correction, equivalence));
  }

  private SpecificationRow row(
      int place, Specification specification, GapEstimate estimate, Family family) {
    Headline headline = headlines.get(place);
    Judgement judgement =
        Verdicts.judge(
            estimate,
            headline.hypothesis().expect(),
            margin(headline),
            study.analysis().alpha(),
            family.superiority().get(place),
            family.equivalence().get(place));
    return new SpecificationRow(
        headline.hypothesis(),
        headline.key(),
        specification.text(),
        specification.equals(declared(headline)),
        estimate,
        family.superiority().get(place),
        judgement);
  }

  private Double margin(Headline headline) {
    return study.analysis().margins().get(headline.hypothesis().measure().id());
  }

  private Specification declared(Headline headline) {
    return new Specification(
        Conventions.declared(headline.hypothesis().measure()),
        Weighing.of(study.analysis(), headline.wordings()).get(0));
  }

  /** The specification for another headline, as far as its conventions mean something there. */
  private Specification of(Headline headline, Specification specification) {
    Measure measure = headline.hypothesis().measure();
    List<Weighing> possible = Weighing.of(study.analysis(), headline.wordings());
    return new Specification(
        readings.get(measure).first(specification.conventions().of(measure)),
        possible.contains(specification.weighing()) ? specification.weighing() : possible.get(0));
  }

  private List<Headline> headlines() {
    Levels levels = Levels.of(study);
    List<Headline> headlines = new ArrayList<>();
    for (Analysis.Hypothesis hypothesis : study.analysis().primary()) {
      Map<LevelKey, List<CellKey>> rows = new LinkedHashMap<>();
      counts.cells().stream()
          .sorted(ORDER)
          .forEach(
              cell ->
                  rows.computeIfAbsent(
                          levels.key(levels.of(hypothesis), null, cell), key -> new ArrayList<>())
                      .add(cell));
      rows.forEach(
          (key, cells) ->
              headlines.add(
                  new Headline(
                      hypothesis,
                      key,
                      List.copyOf(cells),
                      cells.stream().map(CellKey::paraphrase).toList())));
    }
    return headlines;
  }

  /**
   * How many combinations of conventions there are for a measure, and how many read differently.
   */
  public String describe(Measure measure) {
    Readings all = readings.get(measure);
    return "%s: %d combinations of conventions read the stored answers in %d different ways"
        .formatted(measure.id(), all.combinations(), all.distinct().size());
  }
}
