package dev.gapline.transforms;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.gapline.schemas.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * @param mayBePaidTwice trials that were about to be sent in a leg that died, and never settled
 * @param stopped why sending stopped early; null when it did not
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
    long mayBePaidTwice,
    String stopped,
    Map<String, List<File>> tables,
    Map<String, String> versions) {

  /** What a reader may expect of the tables. */
  public enum State {
    /** A leg is at work or died; the tables, if any, are those of an earlier leg. */
    RUNNING,
    /** Every planned trial is in the tables. */
    COMPLETE,
    /** The tables end at a contiguous prefix of the order. */
    PARTIAL
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
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(folder.state()), RunState.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Replaces the state in that folder, in one step. */
  public void write(RunFolder folder) throws IOException {
    RunFolder.replace(folder.state(), JSON.writeValueAsBytes(this));
  }

  /** The current files of a table; empty before the first commit. */
  public List<Path> files(RunFolder folder, String table) {
    if (tablesLeg == null) {
      return List.of();
    }
    return tables.getOrDefault(table, List.of()).stream()
        .map(file -> folder.table(tablesLeg, table).resolve(file.name()))
        .toList();
  }

  /** The state while a leg is at work: the current tables, if any, stay what they are. */
  public static RunState begin(
      Optional<RunState> before, Study study, String studyDigest, String leg, long planned) {
    RunState old = before.orElse(null);
    return new RunState(
        State.RUNNING,
        study.name(),
        study.seed(),
        studyDigest,
        leg,
        old == null ? null : old.tablesLeg(),
        planned,
        old == null ? 0 : old.stored(),
        old == null ? 0 : old.failed(),
        old == null ? 0 : old.reused(),
        old == null ? 0 : old.calls(),
        old == null ? 0 : old.promptTokens(),
        old == null ? 0 : old.completionTokens(),
        old == null ? 0 : old.costUsd(),
        old == null ? 0 : old.mayBePaidTwice(),
        null,
        old == null ? Map.of() : old.tables(),
        Versions.current());
  }
}
