package dev.gapline.transforms;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Price;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Sorted;
import dev.gapline.schemas.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code run.json}: the state of a run and the one place that names its current set of tables.
 * Replacing it is the commit of a set.
 *
 * @param study name of the study
 * @param seed of the study
 * @param studyDigest of the resolved study and its scenarios
 * @param leg that wrote this state
 * @param tablesLeg the leg whose tables are current; null before the first commit
 * @param planned trials of the grid
 * @param stored trials in the current tables
 * @param failed of those, provider failures
 * @param reused of those, taken from earlier legs
 * @param calls over all legs
 * @param promptTokens over all legs, as far as providers said
 * @param completionTokens over all legs, likewise
 * @param costUsd over all legs, as far as prices are known
 * @param judges what judges' calls took of these
 * @param mayBePaidTwice trials that were about to be sent in a leg that died, and never settled
 * @param stopped why sending stopped early; null when it did not
 * @param analysisOf the run whose trials were analysed again; null of a run itself
 * @param answersOf the run whose answers were judged again, without asking a subject; null of
 *     others
 * @param budget the ceilings under which the leg runs or ran
 * @param prices that were counted with, by model; a model that is missing has none
 * @param tables current files by table
 * @param versions of this program and of the formats
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunState(
    State state,
    String study,
    long seed,
    String studyDigest,
    String leg,
    String tablesLeg,
    long planned,
    long stored,
    long failed,
    long reused,
    long calls,
    long promptTokens,
    long completionTokens,
    double costUsd,
    Receipt.Judging judges,
    long mayBePaidTwice,
    String stopped,
    String analysisOf,
    String answersOf,
    Budget budget,
    SortedMap<String, Price> prices,
    Map<String, List<File>> tables,
    Map<String, String> versions) {

  public RunState {
    // Those of an older version are not in its file.
    budget = budget == null ? new Budget(null, null) : budget;
    judges = judges == null ? Receipt.Judging.NONE : judges;
    prices = prices == null ? new TreeMap<>() : Sorted.copyOf(prices);
  }

  /** What a reader may expect of the tables. */
  public enum State {
    /** A leg is at work or died; the tables, if any, are those of an earlier leg. */
    RUNNING,
    /** Every planned trial is in the tables. */
    COMPLETE,
    /** The tables end at a contiguous prefix of the order. */
    PARTIAL
  }

  /** Ceilings over all legs; null for none. */
  public record Budget(Double usd, Long tokens) {

    /** Those of a study. */
    public static Budget of(Study study) {
      return new Budget(study.budgetUsd(), study.budgetTokens());
    }
  }

  /** One file of a table, by name within the table's folder. */
  public record File(String name, long rows, String sha256) {}

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** The state in that folder; empty when no run began there. */
  public static Optional<RunState> read(RunFolder folder) throws IOException {
    Optional<byte[]> bytes = folder.store().read(RunNames.STATE);
    return bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(bytes.get(), RunState.class));
  }

  /** Replaces the state in that folder, in one step. */
  public void write(RunFolder folder) throws IOException {
    folder.store().replace(RunNames.STATE, JSON.writeValueAsBytes(this));
  }

  /** The names of a table's current files within the run; none before the first commit. */
  public List<String> names(String table) {
    if (tablesLeg == null) {
      return List.of();
    }
    return tables.getOrDefault(table, List.of()).stream()
        .map(file -> RunNames.table(tablesLeg, table) + "/" + file.name())
        .toList();
  }

  /** The current files of a table on this machine; empty before the first commit. */
  public List<Path> files(RunFolder folder, String table) {
    if (tablesLeg == null) {
      return List.of();
    }
    return tables.getOrDefault(table, List.of()).stream()
        .map(file -> folder.table(tablesLeg, table).resolve(file.name()))
        .toList();
  }

  /** The state while a run's trials are analysed again in another folder. */
  public static RunState beginAnalysis(TrialSet trials, Leg leg, long planned) {
    RunState begun = begin(Optional.empty(), leg, planned);
    return new RunState(
        begun.state,
        begun.study,
        begun.seed,
        begun.studyDigest,
        begun.leg,
        begun.tablesLeg,
        begun.planned,
        begun.stored,
        begun.failed,
        begun.reused,
        begun.calls,
        begun.promptTokens,
        begun.completionTokens,
        begun.costUsd,
        begun.judges,
        begun.mayBePaidTwice,
        begun.stopped,
        trials.run(),
        begun.answersOf,
        begun.budget,
        begun.prices,
        begun.tables,
        begun.versions);
  }

  static SortedMap<String, Price> pricesOf(Study study) {
    SortedMap<String, Price> prices = new TreeMap<>();
    for (ModelSpec model : study.allModels()) {
      model.knownPrice().ifPresent(price -> prices.put(model.id(), price));
    }
    return prices;
  }

  /**
   * The state while a leg is at work: the current tables, if any, stay what they are, and the
   * totals are those of all legs before it, killed ones too.
   */
  public static RunState begin(Optional<RunState> before, Leg leg, long planned) {
    RunState old = before.orElse(null);
    return new RunState(
        State.RUNNING,
        leg.study().name(),
        leg.study().seed(),
        leg.studyDigest(),
        leg.name(),
        old == null ? null : old.tablesLeg(),
        planned,
        old == null ? 0 : old.stored(),
        old == null ? 0 : old.failed(),
        old == null ? 0 : old.reused(),
        leg.earlier().calls(),
        leg.earlier().promptTokens(),
        leg.earlier().completionTokens(),
        leg.earlier().costUsd(),
        leg.earlier().judging(),
        leg.earlier().openIntents(),
        null,
        null,
        leg.answers() == null ? null : leg.answers().run(),
        Budget.of(leg.study()),
        pricesOf(leg.study()),
        old == null ? Map.of() : old.tables(),
        Versions.current());
  }
}
