package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.testing.MemoryObjects;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole study whose output lies in an object store. */
class ObjectStoreRunTest {

  @TempDir Path folder;
  private final String place = MemoryObjects.newPlace();
  private String tiny;

  @BeforeEach
  void aTinyStudy() {
    tiny = Studies.write(folder.resolve("tiny.yaml"), Studies.TINY).toString();
  }

  @Test
  void aStudyRunsThereAsItDoesOnLocalDisk() {
    Command there = Command.run("run", tiny, "--out", place, "--parallelism", "2");
    assertEquals(0, there.status(), there.stderr());
    String out = folder.resolve("out").toString();
    Command here = Command.run("run", tiny, "--out", out, "--parallelism", "1");
    assertEquals(here.stdout(), there.stdout());
    assertTrue(there.stderr().contains("48 rows in trials == 48 trials"), there.stderr());

    String sql = "SELECT * EXCLUDE (latency_ms, sent_at) FROM trials ORDER BY trial_id";
    assertEquals(
        Command.run("query", out, sql, "--format", "csv"),
        Command.run("query", place, sql, "--format", "csv"));
    assertEquals(
        new Command(0, "Everything is whole.\n", ""), Command.run("ledger", "verify", place));
    Set<String> top = new TreeSet<>();
    for (String name : MemoryObjects.below(place).keySet()) {
      top.add(name.substring(place.length() + 1).split("/", -1)[0]);
    }
    assertEquals(
        Set.of(
            "checks",
            "contrasts",
            "gaps",
            "lease",
            "ledger",
            "rates",
            "run.json",
            "sensitivity",
            "study.yaml",
            "tables",
            "trials"),
        top);
  }

  @Test
  void theSameCommandAgainAsksNothingAndAGrownStudyOnlyWhatIsNew() {
    assertEquals(0, Command.run("run", tiny, "--out", place).status());
    Command again = Command.run("run", tiny, "--out", place);
    assertTrue(again.stderr().contains("nothing to ask"), again.stderr());

    Command grown = runWithSamples(3);
    assertTrue(grown.stderr().contains("48 reused"), grown.stderr());
    assertEquals(0, Command.run("ledger", "compact", place).status());
    Command more = runWithSamples(4);
    assertTrue(more.stderr().contains("72 reused"), more.stderr());
    Command verify = Command.run("ledger", "verify", place);
    assertEquals(0, verify.status(), verify.stdout());
  }

  private Command runWithSamples(int samples) {
    Studies.write(Path.of(tiny), Studies.with(Studies.TINY, "samples: 2", "samples: " + samples));
    Command run = Command.run("run", tiny, "--out", place);
    assertEquals(0, run.status(), run.stderr());
    return run;
  }
}
