package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.ExitStatus;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.pipeline.tables.Tables;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.Leg;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Runs studies as the command does, and holds every run to what is true of all: the rows of trials
 * are the planned ones, each once, or a prefix of whole blocks when the run was stopped; and the
 * files are those that run.json names.
 */
public final class Pipelines {

  /** What two runs of the same study may differ in, because it was measured. */
  private static final Set<String> MEASURED =
      Set.of("latency_ms", "attempts", "failures_met", "sent_at", "reused");

  private Pipelines() {}

  /** One ended run. */
  public record Ran(StudyFile study, RunFolder folder, StudyRun.Result result, List<String> said) {

    public RunState state() {
      return result.state();
    }

    public ExitStatus status() {
      return result.status();
    }

    /** The rows of a table, as run.json names its files. */
    public List<GenericRecord> table(String name) {
      return rows(state().files(folder, name));
    }

    /** SHA-256 of a table of one file. */
    public String digest(String table) {
      List<Path> files = state().files(folder, table);
      assertEquals(1, files.size(), table + " is one file");
      return sha256(files.get(0));
    }

    /** What is not measured of each trial, by trial id. */
    public Map<String, String> trials() {
      Map<String, String> trials = new TreeMap<>();
      for (GenericRecord row : table("trials")) {
        StringBuilder kept = new StringBuilder();
        for (Schema.Field field : row.getSchema().getFields()) {
          if (!MEASURED.contains(field.name())) {
            kept.append(field.name()).append('=').append(row.get(field.pos())).append('\n');
          }
        }
        trials.put(row.get("trial_id").toString(), kept.toString());
      }
      return trials;
    }
  }

  /** Runs the study on the direct runner with one lane and the runner's checks. */
  public static Ran run(StudyFile study, Path out) {
    return run(study, out, RunSettings.Runner.DIRECT, 1);
  }

  /** Runs the study with the runner's checks. */
  public static Ran run(StudyFile study, Path out, RunSettings.Runner runner, int lanes) {
    return run(study, out, new RunSettings(runner, lanes, true));
  }

  /** Runs the study. */
  public static Ran run(StudyFile study, Path out, RunSettings settings) {
    RunFolder folder = RunFolder.at(out);
    Listener listener = new Listener();
    try {
      StudyRun.Result result = new StudyRun(study, folder, settings, listener).run();
      Ran ran = new Ran(study, folder, result, listener.said);
      enforce(ran);
      return ran;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of these files. */
  public static List<GenericRecord> rows(List<Path> files) {
    try {
      return Tables.read(files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The state that a folder's run.json holds. */
  public static RunState state(Path out) {
    try {
      return RunState.read(RunFolder.at(out)).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void enforce(Ran ran) {
    StudyPlan plan = StudyPlan.of(ran.study().study());
    List<GenericRecord> rows = ran.table("trials");
    if (ran.status() == ExitStatus.COMPLETE) {
      assertEquals(plan.trials(), rows.size(), "planned == rows");
    } else {
      assertEquals(ExitStatus.STOPPED, ran.status());
      assertEquals(
          rows.size(), plan.firstTrial(plan.blockOf(rows.size())), "the rows are whole blocks");
    }
    assertEquals(plan.trials(), ran.state().planned());
    assertEquals(rows.size(), ran.state().stored());
    assertEquals(rows.size(), ran.result().rows());
    Map<Long, String> ids = new TreeMap<>();
    rows.forEach(row -> ids.put((Long) row.get("order_index"), row.get("trial_id").toString()));
    Map<Long, String> planned = new TreeMap<>();
    for (long index = 0; index < rows.size(); index++) {
      planned.put(index, plan.trial(index).id().text());
    }
    assertEquals(planned, ids, "the trials are those of the plan, from its first on");
    for (String table : List.of("trials", "rates", "gaps")) {
      List<String> digests =
          ran.state().files(ran.folder(), table).stream().map(Pipelines::sha256).toList();
      assertEquals(
          ran.state().tables().get(table).stream().map(RunState.File::sha256).toList(), digests);
    }
  }

  static String sha256(Path file) {
    try {
      return HexFormat.of().formatHex(Hashing.newSha256().digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Listener implements StudyRun.Messages {
    private final List<String> said = new ArrayList<>();

    @Override
    public void say(String line) {
      said.add(line);
    }

    @Override
    public AutoCloseable watch(Leg leg) {
      return () -> {};
    }
  }
}
