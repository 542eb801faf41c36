package dev.gapline.pipeline.files;

import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Sorted;
import dev.gapline.schemas.Temperature;
import dev.gapline.transforms.statistics.ClusterAssumptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a study is planned with: measured by a pilot, or written by a person.
 *
 * @param pilot where the numbers come from; null when no pilot is named
 * @param models in the order of the file; where several fit, the first holds
 */
public record Assumptions(Pilot pilot, List<OfModel> models) {

  public Assumptions {
    models = List.copyOf(models);
  }

  /**
   * A pilot.
   *
   * @param study the name of the study that it was a pilot of
   * @param samples of each query
   * @param queries ids by scenario: they stay out of the confirmatory study
   */
  public record Pilot(
      String study, long seed, long samples, SortedMap<String, List<String>> queries) {

    public Pilot {
      queries = Sorted.copyOf(queries);
    }
  }

  /**
   * What is assumed of one model.
   *
   * @param scenario null for every scenario
   * @param temperature null for every temperature
   * @param conditions by name; a condition that is not named loses nothing
   */
  public record OfModel(
      String model,
      String scenario,
      Temperature temperature,
      SortedMap<String, OfCondition> conditions,
      Use use,
      List<OfGap> gaps) {

    public OfModel {
      conditions = Sorted.copyOf(conditions);
      gaps = List.copyOf(gaps);
    }

    boolean fits(String someModel, String someScenario, Temperature someTemperature) {
      return model.equals(someModel)
          && (scenario == null || scenario.equals(someScenario))
          && (temperature == null || temperature.equals(someTemperature));
    }

    /** The larger share of the contrast's answers that is missing in an arm, 0 to 1. */
    public double missing(Contrast contrast) {
      return Math.max(missing(contrast.treatment()), missing(contrast.control()));
    }

    private double missing(String condition) {
      OfCondition arm = conditions.get(condition);
      return arm == null ? 0 : arm.missing();
    }

    /** What is assumed of a gap. */
    public Optional<OfGap> gap(Measure measure, Contrast contrast) {
      return gaps.stream()
          .filter(gap -> gap.measure() == measure && gap.contrast().equals(contrast.name()))
          .findFirst();
    }
  }

  /**
   * What becomes of the answers in a condition.
   *
   * @param trials behind it; null when it is not measured
   * @param missing share without a readable answer, 0 to 1
   * @param truncated share that stopped at the token limit, 0 to 1
   */
  public record OfCondition(Long trials, double missing, double truncated) {}

  /**
   * What an answer uses, on average; null where it is unknown.
   *
   * @param calls made for it, retries included
   */
  public record Use(Double calls, Double promptTokens, Double completionTokens, Double usd) {

    /** Nothing is known. */
    public static final Use UNKNOWN = new Use(null, null, null, null);
  }

  /**
   * What is assumed of one gap.
   *
   * @param contrast as written in a study: {@code free - paid}
   * @param icc null when it could not be measured
   * @param sdTier null when it could not be measured
   * @param queries behind it; null when it is not measured
   */
  public record OfGap(
      Measure measure,
      String contrast,
      Double rateTreatment,
      Double rateControl,
      Double icc,
      Double sdTier,
      Long queries) {

    /** As planning needs it; empty where a number is missing. */
    public Optional<ClusterAssumptions> planned() {
      return rateTreatment == null || rateControl == null || icc == null || sdTier == null
          ? Optional.empty()
          : Optional.of(new ClusterAssumptions(rateTreatment, rateControl, icc, sdTier));
    }
  }

  /** The assumptions of a file. */
  public static Assumptions read(Path file) {
    return AssumptionsReader.read(SourceText.read(file, AssumptionsReader.MAX_BYTES));
  }

  /** What is assumed of that model in that scenario at that temperature. */
  public Optional<OfModel> of(String model, String scenario, Temperature temperature) {
    return models.stream().filter(one -> one.fits(model, scenario, temperature)).findFirst();
  }
}
