package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.tables.ResultTable;
import dev.gapline.schemas.StudyPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run with the arms that check the instrument, which a study has unless it says none. */
final class ChecksRunTest {

  private static final String CHECKED =
      """
      study: checked
      seed: 3
      scenarios: [animal-welfare]
      models:
        - id: sim/subject
          simulate: {comply: {free: 0.6, paid: 0.2}, query_sd: 0.5}
      queries: {take: 30}
      temperatures: [1]
      samples: 2
      windows: {queries: 7}
      """;

  @TempDir private Path folder;

  @Test
  void theFurtherArmsAreRowsOfTrialsAndChangeNothingThatIsMeasured() throws IOException {
    Ran plain = Pipelines.run(study("plain", CHECKED + "checks: none\n"), folder.resolve("out"));
    Ran checked = Pipelines.run(study("checked", CHECKED), folder.resolve("checked-out"));
    assertEquals(30 * 2 * 2 + 6 * 2 * 3, checked.state().planned(), "6 of 30 queries, 3 arms");
    assertEquals(measured(plain, "rates"), measured(checked, "rates"));
    assertEquals(measured(plain, "gaps"), measured(checked, "gaps"));

    Map<String, Map<String, GenericRecord>> blocks = new HashMap<>();
    Set<String> conditions = new TreeSet<>();
    for (GenericRecord row : checked.table("trials")) {
      conditions.add(row.get("condition").toString());
      blocks
          .computeIfAbsent(row.get("block_id").toString(), id -> new HashMap<>())
          .put(row.get("condition").toString(), row);
    }
    assertEquals(Set.of("free", "paid", "free~repeat", "free~sham-a", "free~sham-b"), conditions);
    List<Map<String, GenericRecord>> whole =
        blocks.values().stream().filter(block -> block.size() == 5).toList();
    assertEquals(12, whole.size());
    assertEquals(60, blocks.size());
    for (Map<String, GenericRecord> block : whole) {
      assertEquals(text(block, "free", "messages"), text(block, "free~repeat", "messages"));
      assertFalse(text(block, "free", "trial_id").equals(text(block, "free~repeat", "trial_id")));
      String one = "<is_dark_mode_user>True</is_dark_mode_user>";
      String other = "<is_dark_mode_user>False</is_dark_mode_user>";
      assertTrue(text(block, "free~sham-a", "messages").contains(one));
      assertEquals(
          text(block, "free~sham-a", "messages"),
          text(block, "free~sham-b", "messages").replace(other, one));
      assertEquals(
          text(block, "free", "messages"),
          text(block, "free~sham-a", "messages").replace(one + "\n", ""));
    }
  }

  @Test
  void theResultEndsWithOneLineOnTheChecks() throws IOException {
    Ran ran = Pipelines.run(study("checked", CHECKED), folder.resolve("out"));
    List<GenericRecord> checks = ran.table("checks");
    String printed = ResultTable.of(ran.study().study(), ran.folder(), ran.state());
    List<String> lines = printed.lines().toList();
    long passed = checks.stream().filter(row -> "supported".equals(row.get("verdict"))).count();
    assertEquals(
        "Instrument checks: %d passed, %d inconclusive, 0 failed."
            .formatted(passed, checks.size() - passed),
        lines.get(lines.size() - 1));
    assertTrue(checks.stream().anyMatch(row -> row.get("check").equals("a-a")));
    assertTrue(checks.stream().anyMatch(row -> row.get("check").equals("sham")));
    assertEquals(6, StudyPlan.of(ran.study().study()).checkQueries());
  }

  private StudyFile study(String name, String text) {
    return StudyFile.open(Studies.write(folder.resolve(name + "-study.yaml"), text));
  }

  /**
   * The rows of a table over all windows, for the windows hold other queries; without what says
   * that no arm checks the instrument.
   */
  private static List<String> measured(Ran ran, String table) {
    return ran.table(table).stream()
        .filter(row -> row.get("window_start") == null)
        .map(row -> row.toString().replaceAll("; uncontrolled|uncontrolled; |uncontrolled", ""))
        .toList();
  }

  private static String text(Map<String, GenericRecord> block, String condition, String column) {
    return block.get(condition).get(column).toString().replace("\\n", "\n");
  }
}
