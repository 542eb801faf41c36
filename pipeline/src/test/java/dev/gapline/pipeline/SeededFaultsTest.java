package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of the instrument, put into a real run: into the server that is asked, into the ledger on
 * disk, into the order in which a study was grown. The checks of the very run must find each, and
 * find nothing in the same run without it.
 */
final class SeededFaultsTest {

  private static final String STUDY =
      """
      study: faults
      seed: 5
      scenarios: [animal-welfare]
      models:
        - {id: openai/MODEL, base_url: "URL", key_env: none, max_in_flight: 32}
      queries: {take: 60}
      temperatures: [1]
      samples: 8
      checks: {share: 1, arms: [repeat]}
      analysis: {margins: {compliance: 0.1}}
      """;

  private static ServerProcess server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    server = ServerProcess.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aSoundRunRaisesNoAlarm() {
    Ran ran = run("sound", STUDY, Runner.DIRECT);
    assertEquals(Set.of(), alarms(ran));
    assertEquals("supported", check(ran, "a-a", "compliance").get("verdict"));
    assertFalse(headlineFlags(ran).contains("missingness differs"));
  }

  @Test
  void aServerThatLosesLongAnswersOfOneArmIsFoundByWhatIsMissing() {
    for (Runner runner : Runner.values()) {
      Ran ran = run("loses-long-free", STUDY, runner);
      assertEquals(Set.of("missingness"), alarms(ran));
      GenericRecord row = check(ran, "missingness", null);
      assertEquals("beyond margin", row.get("verdict_reason"), row::toString);
      assertTrue((Double) row.get("estimate") > 0.02, row::toString);
      assertTrue(headlineFlags(ran).contains("missingness differs"), headlineFlags(ran));
    }
  }

  @Test
  void aLedgerThatReturnsTheOtherArmsReplyIsFoundByAskingTwice() throws IOException {
    Ran sound = run("sound", STUDY, Runner.DIRECT);
    giveTheFreeTrialsTheRepliesOfThePaid(sound);
    Ran grown = run("sound", STUDY.replace("samples: 8", "samples: 9"), Runner.DIRECT);
    assertEquals(sound.state().planned(), grown.state().reused());
    assertTrue(alarms(grown).contains("a-a"), alarms(grown)::toString);
    GenericRecord row = check(grown, "a-a", "compliance");
    assertEquals("refuted", row.get("verdict"), row::toString);
    assertTrue((Double) row.get("estimate") < -0.3, row::toString);
  }

  @Test
  void aStudyWhoseFreeCallsAllWentFirstIsFoundByTheOrderOfSending() {
    String free = STUDY.replace("queries:", "conditions: [free]\nqueries:");
    Ran first = run("sound", free, Runner.DIRECT);
    Ran both = run("sound", STUDY, Runner.DIRECT);
    assertEquals(first.state().planned(), both.state().reused(), "the free calls are of before");
    assertEquals(Set.of("send-order"), alarms(both));
    GenericRecord row =
        both.table("checks").stream()
            .filter(check -> "free sent first".equals(String.valueOf(check.get("contrast"))))
            .findFirst()
            .orElseThrow();
    assertEquals("refuted", row.get("verdict"), row::toString);
    assertEquals(0.5, (Double) row.get("estimate"), 1e-12, "first in all blocks, not in half");
  }

  private Ran run(String model, String text, Runner runner) {
    String study = text.replace("MODEL", model).replace("URL", server.baseUrl());
    return Pipelines.run(
        Studies.open(folder, study), folder.resolve(model + "-" + runner), runner, 2);
  }

  /** The kinds of check that failed. */
  private static Set<String> alarms(Ran ran) {
    return ran.table("checks").stream()
        .filter(row -> "refuted".equals(row.get("verdict")))
        .map(row -> row.get("check").toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static GenericRecord check(Ran ran, String check, String measure) {
    List<GenericRecord> rows =
        ran.table("checks").stream()
            .filter(row -> row.get("check").equals(check))
            .filter(row -> measure == null || measure.equals(row.get("measure")))
            .toList();
    assertEquals(1, rows.size(), rows::toString);
    return rows.get(0);
  }

  private static String headlineFlags(Ran ran) {
    return ran.table("gaps").stream()
        .filter(row -> (Boolean) row.get("headline"))
        .map(row -> String.valueOf(row.get("flags")))
        .collect(Collectors.joining());
  }

  /** In the ledger on disk, every checksum right: what a mistaken key would bring. */
  private static void giveTheFreeTrialsTheRepliesOfThePaid(Ran ran) throws IOException {
    Map<String, String> paidOf = paidTrialsByFree(ran);
    List<Path> segments;
    try (Stream<Path> files = Files.walk(Path.of(ran.folder().root()).resolve("ledger"))) {
      segments = files.filter(file -> file.toString().endsWith(".avro")).sorted().toList();
    }
    Map<String, Object> replies = new HashMap<>();
    for (Path segment : segments) {
      rows(segment).stream()
          .filter(row -> row.get("text") != null)
          .forEach(row -> replies.put(row.get("trial_id").toString(), row.get("text")));
    }
    Set<String> changed = new HashSet<>();
    for (Path segment : segments) {
      List<GenericRecord> rows = rows(segment);
      for (GenericRecord row : rows) {
        String paid = row.get("text") == null ? null : paidOf.get(row.get("trial_id").toString());
        if (paid != null) {
          row.put("text", replies.get(paid));
          changed.add(paid);
        }
      }
      write(segment, rows);
    }
    assertEquals(paidOf.size(), changed.size());
  }

  private static Map<String, String> paidTrialsByFree(Ran ran) {
    Map<Object, Map<String, String>> blocks = new HashMap<>();
    for (GenericRecord row : ran.table("trials")) {
      blocks
          .computeIfAbsent(row.get("block_id"), id -> new HashMap<>())
          .put(row.get("condition").toString(), row.get("trial_id").toString());
    }
    return blocks.values().stream()
        .collect(Collectors.toMap(block -> block.get("free"), block -> block.get("paid")));
  }

  private static List<GenericRecord> rows(Path segment) throws IOException {
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(segment.toFile(), new GenericDatumReader<>())) {
      List<GenericRecord> rows = new ArrayList<>();
      reader.forEach(rows::add);
      return rows;
    }
  }

  private static void write(Path segment, List<GenericRecord> rows) throws IOException {
    String digest = "gapline.schema_sha256";
    try (DataFileReader<GenericRecord> header =
            new DataFileReader<>(segment.toFile(), new GenericDatumReader<>());
        DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
      writer.setCodec(CodecFactory.snappyCodec()).setMeta(digest, header.getMeta(digest));
      Path changed = segment.resolveSibling("changed");
      writer.create(header.getSchema(), changed.toFile());
      for (GenericRecord row : rows) {
        writer.append(row);
      }
      writer.close();
      Files.move(changed, segment, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
