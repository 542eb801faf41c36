package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.Leg;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader sees one whole set of tables, the old one or the new one, never a mixture. */
final class TableSetsTest {

  private static final List<String> TABLES = List.of("trials", "rates", "gaps");

  @TempDir private Path folder;
  private Path out;
  private StudyFile study;
  private StudyFile grown;

  @BeforeEach
  void twoStudies() {
    out = folder.resolve("out");
    String text =
        Studies.with(
            Studies.TINY,
            "- id: sim/subject\n",
            """
            - id: sim/subject
                price: {input_usd_per_mtok: 3, output_usd_per_mtok: 15}
            """);
    study = Studies.open(folder, text);
    grown = Studies.open(folder.resolve("grown"), Studies.with(text, "samples: 2", "samples: 12"));
  }

  @Test
  void aFinishedRunStartedAgainAsksNothingAndLeavesEveryByte() {
    Pipelines.run(study, out);
    Map<String, String> before = bytes();
    Ran again = Pipelines.run(study, out, Runner.DIRECT, 3);
    assertEquals(List.of("Every trial of this study is settled: nothing to ask."), again.said());
    assertEquals(before, bytes());
  }

  @Test
  void aGrownStudyReplacesTheWholeSet() {
    Pipelines.run(study, out);
    assertEquals(48, rowsBehindTheLink("trials"));
    Ran ran = Pipelines.run(grown, out, Runner.DIRECT, 2);
    assertEquals(288, StudyPlan.of(grown.study()).trials());
    assertEquals(288, ran.table("trials").size());
    assertTrue(ran.state().files(ran.folder(), "trials").size() > 1);
    for (String table : TABLES) {
      assertEquals(namedByState(table), filesBehindTheLink(table));
      assertEquals(ran.table(table).size(), rowsBehindTheLink(table));
    }
    Command count =
        Command.run(
            "query", out.toString(), "SELECT count(*), max(sample) FROM trials", "--format", "csv");
    assertTrue(count.stdout().endsWith("\r\n288,12\r\n"), count.stdout());
  }

  @Test
  void aLegThatDiesBeforeTheCommitLeavesTheFormerSet() throws IOException {
    Ran former = Pipelines.run(study, out);
    Path inTheWay = out.resolve(".run.json.new");
    Sabotage sabotage =
        new Sabotage(() -> Files.createDirectories(inTheWay.resolve("so that no file fits")));
    RunSettings settings = new RunSettings(Runner.DIRECT, 1, true);
    StudyRun run = new StudyRun(grown, RunFolder.at(out), settings, sabotage);
    assertThrows(RuntimeException.class, run::run);

    assertEquals(288, rows(files(out.resolve("tables/002/trials"))), "its tables were written");
    RunState state = Pipelines.state(out);
    assertEquals(RunState.State.RUNNING, state.state());
    assertEquals(former.state().tablesLeg(), state.tablesLeg());
    assertEquals(former.state().tables(), state.tables());
    for (String table : TABLES) {
      assertEquals(namedByState(table), filesBehindTheLink(table));
    }
    assertEquals(48, rowsBehindTheLink("trials"));
    Command count =
        Command.run("query", out.toString(), "SELECT count(*) AS n FROM trials", "--format", "csv");
    assertEquals("n\r\n48\r\n", count.stdout());
    assertEquals("RUNNING: these tables hold 48 of 288 trials.\n", count.stderr());

    Files.delete(inTheWay.resolve("so that no file fits"));
    Files.delete(inTheWay);
    Ran resumed = Pipelines.run(grown, out);
    assertEquals(288, resumed.state().reused(), "what the dead leg asked is not asked again");
    assertEquals(288, resumed.state().calls());
    assertTrue(former.state().costUsd() > 0);
    double costs =
        resumed.table("trials").stream().mapToDouble(row -> (Double) row.get("cost_usd")).sum();
    assertEquals(costs, resumed.state().costUsd(), 1e-9, "the dead leg's cost counts");
    assertEquals(288, rowsBehindTheLink("trials"));
  }

  @Test
  void linksThatWereNotMovedAfterTheCommitAreMovedByTheNextStart() throws IOException {
    Pipelines.run(study, out);
    Ran ran = Pipelines.run(grown, out);
    Path current = out.resolve("tables/current");
    Files.delete(current);
    Files.createSymbolicLink(current, Path.of("001"));
    Files.delete(out.resolve("gaps"));
    assertEquals(48, rowsBehindTheLink("trials"));
    Pipelines.run(grown, out);
    assertEquals(288, rowsBehindTheLink("trials"));
    for (String table : TABLES) {
      assertEquals(namedByState(table), filesBehindTheLink(table));
    }
    assertEquals("002", ran.state().tablesLeg());
  }

  @Test
  void aSetWithAMissingFileIsWrittenAnewFromTheLedger() throws IOException {
    Ran ran = Pipelines.run(study, out);
    Files.delete(ran.state().files(ran.folder(), "rates").get(0));
    Ran again = Pipelines.run(study, out);
    assertNotEquals(ran.state().tablesLeg(), again.state().tablesLeg());
    assertEquals(48, again.state().reused());
    assertEquals(48, again.state().calls());
    assertEquals(ran.state().tables().get("rates"), again.state().tables().get("rates"));
    assertEquals(ran.state().tables().get("gaps"), again.state().tables().get("gaps"));
  }

  /** Something that is done to the folder once a leg has begun. */
  private record Sabotage(Deed deed) implements StudyRun.Messages {
    interface Deed {
      void isDone() throws IOException;
    }

    @Override
    public void say(String line) {}

    @Override
    public AutoCloseable watch(Leg leg) {
      try {
        deed.isDone();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return () -> {};
    }
  }

  private List<Path> namedByState(String table) {
    return Pipelines.state(out).files(RunFolder.at(out), table).stream().sorted().toList();
  }

  private List<Path> filesBehindTheLink(String table) {
    return files(out.resolve(table));
  }

  private long rowsBehindTheLink(String table) {
    return rows(filesBehindTheLink(table));
  }

  private static long rows(List<Path> files) {
    return Pipelines.rows(files).size();
  }

  private static List<Path> files(Path table) {
    try (Stream<Path> files = Files.list(table.toRealPath())) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every file of the output with its digest. */
  private Map<String, String> bytes() {
    Map<String, String> bytes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(out)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        bytes.put(out.relativize(file).toString(), Pipelines.sha256(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }
}
