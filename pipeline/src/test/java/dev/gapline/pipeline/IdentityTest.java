package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Pipelines.Ran;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.RunSettings.Runner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The same study gives the same tables on every runner and at any parallelism. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IdentityTest {

  private final List<Ran> runs = new ArrayList<>();

  @BeforeAll
  void theSameStudySixTimes(@TempDir Path folder) {
    for (Runner runner : Runner.values()) {
      for (int lanes : List.of(1, 2, 4)) {
        Path out = folder.resolve(runner + "-" + lanes);
        runs.add(Pipelines.run(Studies.open(folder, Studies.SMALL), out, runner, lanes));
      }
    }
  }

  @Test
  void everyRunIsComplete() {
    for (Ran ran : runs) {
      assertEquals(ExitStatus.COMPLETE, ran.status());
      assertEquals(768, ran.result().rows());
    }
  }

  @Test
  void ratesAreTheSameBytes() {
    assertEquals(1, runs.stream().map(ran -> ran.digest("rates")).distinct().count());
  }

  @Test
  void gapsAreTheSameBytes() {
    assertEquals(1, runs.stream().map(ran -> ran.digest("gaps")).distinct().count());
  }

  @Test
  void trialsAreTheSameButForWhatIsMeasured() {
    for (Ran ran : runs) {
      assertEquals(runs.get(0).trials(), ran.trials());
    }
  }

  @Test
  void theStudyHasWhatCouldDiffer() {
    Ran ran = runs.get(0);
    assertTrue(ran.table("trials").stream().anyMatch(row -> row.get("complied") == null));
    assertTrue(ran.state().failed() > 0);
    assertEquals(
        6,
        ran.table("rates").stream()
            .map(row -> row.get("window_start"))
            .filter(Objects::nonNull)
            .distinct()
            .count());
    assertTrue(ran.state().files(ran.folder(), "trials").size() > 1);
  }
}
