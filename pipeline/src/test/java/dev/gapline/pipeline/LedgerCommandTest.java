package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.runs.Lease;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCommandTest {

  private static final String HEADS =
      "leg,settled,failed,returned,open,calls,prompt_tokens,completion_tokens,cost_usd,bytes,damaged";

  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void aRun() {
    out = folder.resolve("out");
    run(Studies.TINY, 0);
  }

  @Test
  void showHasALineForEachLegAndTheirTotal() {
    run(Studies.with(Studies.TINY, "samples: 2", "samples: 3"), 0);
    Command show = Command.run("ledger", "show", out.toString(), "--format", "csv");
    assertEquals(0, show.status(), show.stderr());
    List<String> lines = show.stdout().lines().toList();
    assertEquals(HEADS, lines.get(0));
    assertEquals(4, lines.size(), show.stdout());
    assertTrue(lines.get(1).startsWith("001,48,0,0,0,48,"), show.stdout());
    assertTrue(lines.get(2).startsWith("002,24,0,0,0,24,"), show.stdout());
    assertTrue(lines.get(3).startsWith("all,72,0,0,0,72,"), show.stdout());
  }

  @Test
  void aWholeRunIsVerified() {
    assertEquals(
        new Command(0, "Everything is whole.\n", ""),
        Command.run("ledger", "verify", out.toString()));
  }

  @Test
  void aFaultIsALineWithFileAndPlace() throws IOException {
    Path segment = segment();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length - 40] ^= 1;
    Files.write(segment, bytes);
    Path rates = Pipelines.state(out).files(RunFolder.at(out), "rates").get(0);
    Files.write(rates, new byte[] {1});
    Path part = Pipelines.state(out).files(RunFolder.at(out), "trials").get(0);
    Files.delete(part);
    Command verify = Command.run("ledger", "verify", out.toString());
    assertEquals(1, verify.status());
    List<String> lines = verify.stdout().lines().toList();
    assertEquals(3, lines.size(), verify.stdout());
    assertTrue(
        lines.get(0).matches(out.relativize(segment) + ": byte \\d+: torn or changed from here on"),
        verify.stdout());
    assertEquals(
        List.of(
            "tables/001/rates/rates.parquet: is not the file that run.json names",
            "tables/001/trials/" + part.getFileName() + ": is missing; run.json names it"),
        lines.subList(1, 3));
    assertTrue(verify.stderr().startsWith("3 faults."), verify.stderr());
  }

  @Test
  void aCompactedRunIsWholeShowsTheSameLegsAndResumesWithoutACall() {
    Command before = Command.run("ledger", "show", out.toString(), "--format", "csv");
    Command compact = Command.run("ledger", "compact", out.toString());
    assertEquals(0, compact.status(), compact.stderr());
    assertTrue(compact.stderr().startsWith("1 legs taken in, 48 outcomes kept,"), compact.stderr());
    assertEquals(0, Command.run("ledger", "verify", out.toString()).status());
    Command after = Command.run("ledger", "show", out.toString(), "--format", "csv");
    assertEquals(withoutBytes(before.stdout(), 1), withoutBytes(after.stdout(), 1));
    assertTrue(after.stdout().contains("\ncompacted,0,0,0,0,0,0,0,0"), after.stdout());
    Command grown = run(Studies.with(Studies.TINY, "samples: 2", "samples: 3"), 0);
    assertTrue(grown.stderr().contains("48 reused"), grown.stderr());
    Command again = Command.run("ledger", "compact", out.toString());
    assertTrue(again.stderr().startsWith("1 legs taken in, 72 outcomes kept,"), again.stderr());
    assertEquals(0, Command.run("ledger", "verify", out.toString()).status());
  }

  @Test
  void compactingIsRefusedWhileAProcessWorksOnTheRun() throws IOException {
    try (Lease lease = Lease.take(RunFolder.at(out))) {
      Command compact = Command.run("ledger", "compact", out.toString());
      assertEquals(2, compact.status());
      assertTrue(compact.stderr().contains("another process works on this output"));
    }
  }

  @Test
  void whatIsNotARunIsRefused() {
    for (String command : List.of("show", "verify", "compact")) {
      Command refused = Command.run("ledger", command, folder.resolve("none").toString());
      assertEquals(2, refused.status());
      assertTrue(refused.stderr().contains("there is no run.json"), refused.stderr());
      Command elsewhere = Command.run("ledger", command, "nowhere://bucket/run");
      assertEquals(2, elsewhere.status(), elsewhere.stderr());
      assertTrue(elsewhere.stderr().contains("nowhere"), elsewhere.stderr());
    }
    assertEquals(2, Command.run("ledger").status());
  }

  private Command run(String study, int status) {
    Path file = Studies.write(folder.resolve("study.yaml"), study);
    Command run =
        Command.run("run", file.toString(), "--out", out.toString(), "--parallelism", "1");
    assertEquals(status, run.status(), run.stderr());
    return run;
  }

  private Path segment() throws IOException {
    try (Stream<Path> all = Files.walk(out.resolve("ledger"))) {
      return all.filter(file -> file.toString().endsWith(".avro")).findFirst().orElseThrow();
    }
  }

  private static String withoutBytes(String csv, int line) {
    List<String> fields = List.of(csv.lines().toList().get(line).split(",", -1));
    return String.join(",", fields.subList(0, 9));
  }
}
