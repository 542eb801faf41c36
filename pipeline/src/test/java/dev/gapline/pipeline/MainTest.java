package dev.gapline.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.files.Scenarios;
import dev.gapline.pipeline.tables.ResultTable;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line: exit status, the result on stdout, everything else on stderr. */
final class MainTest {

  @TempDir private Path folder;
  private String tiny;
  private String out;

  @BeforeEach
  void aTinyStudy() {
    tiny = Studies.write(folder.resolve("tiny.yaml"), Studies.TINY).toString();
    out = folder.resolve("out").toString();
  }

  @Test
  void aRunPrintsItsGapsOnStdoutAndTheRestOnStderr() throws IOException {
    Command run = Command.run("run", tiny, "--out", out, "--parallelism", "1");
    assertEquals(0, run.status(), run.stderr());
    assertEquals(
        ResultTable.of(
            Studies.open(folder, Studies.TINY).study(),
            RunFolder.at(Path.of(out)),
            Pipelines.state(Path.of(out))),
        run.stdout());
    assertTrue(run.stdout().startsWith("model"), run.stdout());
    assertTrue(run.stdout().contains("sim/subject"), run.stdout());
    assertTrue(
        run.stderr()
            .contains(
                "48 rows in trials == 48 trials of the grid: every trial is there exactly once"
                    + " (0 reused, 0 failed)."),
        run.stderr());

    Command again = Command.run("run", tiny, "--out", out, "--parallelism", "2");
    assertEquals(0, again.status());
    assertEquals(run.stdout(), again.stdout());
    assertTrue(again.stderr().contains("nothing to ask"), again.stderr());

    Command query =
        Command.run("query", out, "SELECT count(*) AS n FROM trials", "--format", "csv");
    assertEquals(new Command(0, "n\r\n48\r\n", ""), query);

    refused(Command.run("query", out, "SELECT nothing FROM trials"), "SQL: ");
    refused(Command.run("query", out, "SELECT"), "SQL: ");
    refused(Command.run("query", out, "SELECT 1", "--format", "xml"), "xml");

    String another =
        Studies.write(
                folder.resolve("another.yaml"),
                Studies.with(Studies.TINY, "study: tiny", "study: another"))
            .toString();
    refused(
        Command.run("run", another, "--out", out),
        out
            + " holds another study: tiny with seed 3, not another with seed 3. Choose another"
            + " --out.");
    String reseeded =
        Studies.write(
                folder.resolve("reseeded.yaml"), Studies.with(Studies.TINY, "seed: 3", "seed: 4"))
            .toString();
    refused(Command.run("run", reseeded, "--out", out), "not tiny with seed 4");
    Command plan = Command.run("plan", reseeded, "--out", out);
    assertTrue(
        plan.stdout()
            .endsWith(
                "before a run: %s holds another study, tiny with seed 3. Choose another --out.\n"
                    .formatted(out)),
        plan.stdout());
    assertTrue(
        plan.stdout().contains(out + " holds 0 of these trials: 48 to ask\n"), plan.stdout());
  }

  @Test
  void aStudyThatCannotBeReadIsRefused() {
    refused(
        Command.run("run", folder.resolve("none.yaml").toString()),
        folder.resolve("none.yaml") + ": there is no such file.");
    refused(Command.run("run", "quickstar", "--out", out), "Did you mean \"quickstart\"?");
    Path broken = Studies.write(folder.resolve("broken.yaml"), "study: [\n");
    refused(Command.run("plan", broken.toString()), broken.toString());
    refused(Command.run("run", "a\0b", "--out", out), "not a path");
  }

  @Test
  void anOutputThatCannotBeUsedIsRefused() throws IOException {
    refused(
        Command.run("run", tiny, "--out", "gs://bucket/out"),
        "--out: gs://bucket/out is not valid. This version writes to a local folder.");
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Files.writeString(foreign.resolve("thesis.txt"), "mine");
    refused(
        Command.run("run", tiny, "--out", foreign.toString()),
        foreign
            + ": this folder holds files that are not a run. An empty or a new folder is valid.");
    assertEquals("mine", Files.readString(foreign.resolve("thesis.txt")));
    refused(Command.run("run", tiny, "--out", tiny), tiny);
    refused(Command.run("run", tiny, "--out", tiny + "/below"), tiny);
    refused(Command.run("run", tiny, "--out", "a\0b"), "--out");
    for (String state : new String[] {"", "{}", "[1]", "no JSON"}) {
      Path damaged = folder.resolve("damaged");
      Studies.write(damaged.resolve("run.json"), state);
      refused(Command.run("run", tiny, "--out", damaged.toString()), "run.json");
      refused(Command.run("query", damaged.toString(), "SELECT 1"), "run.json");
    }
  }

  @Test
  void anotherOptionThatIsNotValidIsRefused() {
    for (String lanes : new String[] {"0", "-1", "257"}) {
      refused(
          Command.run("run", tiny, "--out", out, "--parallelism", lanes),
          "--parallelism: %s is not valid. 1 to 256 is valid.".formatted(lanes));
    }
    refused(Command.run("run", tiny, "--out", out, "--parallelism", "many"), "many");
    refused(Command.run("run", tiny, "--out", out, "--runner", "spark"), "spark");
    refused(Command.run("run", tiny, "--out", out, "--max-usd", "0"), "--max-usd: 0.0");
    refused(Command.run("run"), "STUDY");
    refused(Command.run("fly"), "fly");
    refused(Command.run(), "COMMAND");
    assertFalse(Files.exists(Path.of(out)));
  }

  @Test
  void aQueryWithoutARunIsRefused() {
    refused(
        Command.run("query", folder.toString(), "SELECT 1"),
        folder + ": there is no run.json. The output folder of a run is valid.");
    refused(Command.run("query", tiny, "SELECT 1"), tiny);
  }

  @Test
  void aMissingKeyIsNamedBeforeAnythingIsMade() {
    String text =
        Studies.with(
            Studies.TINY,
            "  - id: sim/subject\n",
            """
              - id: openai/small
                key_env: GAPLINE_TEST_NO_SUCH_KEY
              - id: sim/subject
            """);
    String study = Studies.write(folder.resolve("keyed.yaml"), text).toString();
    refused(
        Command.run("run", study, "--out", out, "--yes"),
        "The environment variable GAPLINE_TEST_NO_SUCH_KEY (for openai/small) is not set.");
    assertFalse(Files.exists(Path.of(out)));
  }

  @Test
  void callsThatMayCostMoneyNeedConsent() {
    String text =
        Studies.with(
            Studies.TINY,
            "  - id: sim/subject\n",
            """
              - id: openai/small
                key_env: none
                base_url: https://models.invalid/v1
              - id: sim/subject
            """);
    String study = Studies.write(folder.resolve("paid.yaml"), text).toString();
    refused(
        Command.run("run", study, "--out", out),
        "Asking openai/small may cost money. Without a terminal, --yes or a budget in the study is"
            + " needed.");
    assertFalse(Files.exists(Path.of(out)));
  }

  @Test
  void planningATrillionTrialsWarnsAndSendsNothing() {
    String text =
        Studies.with(
            Studies.with(Studies.TINY, "{take: 12}", "{synthetic: 1000000}"),
            "samples: 2",
            "samples: 500000");
    Command plan =
        Command.run("plan", Studies.write(folder.resolve("large.yaml"), text).toString());
    assertEquals(0, plan.status(), plan.stderr());
    assertTrue(
        plan.stdout()
            .contains(
                "warning: one run holds at most 1,000,000,000 trials; this study would be"
                    + " refused."),
        plan.stdout());
    assertTrue(plan.stdout().startsWith("tiny: 1,000,000,000,000 trials = "), plan.stdout());
    refused(
        Command.run("run", folder.resolve("large.yaml").toString(), "--out", out),
        "tiny has 1,000,000,000,000 trials; one run holds at most 1,000,000,000.");
    assertFalse(Files.exists(Path.of(out)));
  }

  @Test
  void aPlanTellsThePlantedGapOfEverySimulatedModel() {
    String text =
        Studies.with(
            Studies.with(Studies.TINY, "query_sd: 0.5", "query_sd: 0"),
            "temperatures: [1]",
            "temperatures: [0.3, 1]");
    Command plan =
        Command.run("plan", Studies.write(folder.resolve("planted.yaml"), text).toString());
    assertEquals(0, plan.status(), plan.stderr());
    assertTrue(
        plan.stdout()
            .contains(
                "sim/subject: planted gap in points: free - paid at T 0.3 +40.0, over the queries"
                    + " and wordings asked here +40.0; free - paid at T 1 +40.0, over the queries"
                    + " and wordings asked here +40.0\n"),
        plan.stdout());
  }

  @Test
  void scenariosAreListedShownAndChecked() {
    Command list = Command.run("scenarios", "list");
    assertEquals(0, list.status());
    assertTrue(list.stdout().contains("animal-welfare"));
    Command show = Command.run("scenarios", "show", "animal-welfare");
    assertEquals(new Command(0, Scenarios.builtIn().text("animal-welfare"), ""), show);
    Command check = Command.run("scenarios", "check", "animal-welfare");
    assertEquals(0, check.status(), check.stdout());
    String columns = check.stdout().replaceAll(" +", " ");
    assertTrue(columns.contains("wording words of base\nbase "), check.stdout());
    assertTrue(columns.contains("wording and overlap\nbase p1 "), check.stdout());
    assertTrue(check.stdout().endsWith("animal-welfare: no problems.\n"), check.stdout());
    refused(Command.run("scenarios", "show", "none"), "none is not a built-in scenario.");
    String perturbed = folder.resolve("perturbed.yaml").toString();
    for (String name : List.of("animal-welfare", "helpful-only", "value-conflict")) {
      Command made =
          Command.run("scenarios", "perturb", name, "--n", "125", "--out", perturbed + name);
      assertEquals(0, made.status(), made.stderr());
      assertEquals(
          125 + Scenarios.builtIn().read(name).paraphrases().size(),
          Scenarios.readFile(Path.of(perturbed + name)).paraphrases().size());
    }
    refused(
        Command.run(
            "scenarios", "perturb", "animal-welfare", "--out", perturbed + "animal-welfare"),
        "this file is there already.");
    refused(
        Command.run("scenarios", "check", "none"),
        "none is neither a file nor a built-in scenario. A file or one of animal-welfare,"
            + " helpful-only, value-conflict, value-probe, recognition-probe is valid.");
    refused(Command.run("scenarios"), "list, show, check, perturb, probe or hash");
  }

  @Test
  void aScenarioWithProblemsIsToldThemAndExits2() {
    String text =
        Scenarios.builtIn()
            .text("animal-welfare")
            .replace("<is_free_tier_user>{{tier_flag}}</is_free_tier_user>", "{{tier_flag}}");
    Path file = Studies.write(folder.resolve("untagged.yaml"), text);
    Command check = Command.run("scenarios", "check", file.toString());
    assertEquals(2, check.status());
    assertTrue(
        check.stdout().contains("The signal of condition free is not in its prompt"),
        check.stdout());
    assertEquals("", check.stderr());
  }

  @Test
  void helpAndVersionAreNoFaults() {
    assertEquals(0, Command.run("--help").status());
    assertEquals(0, Command.run("run", "--help").status());
    assertTrue(Command.run("--version").stdout().startsWith("gapline "));
  }

  private static void refused(Command command, String sentence) {
    assertEquals(2, command.status(), command.toString());
    assertEquals("", command.stdout());
    assertTrue(command.stderr().contains(sentence), command.stderr());
    assertFalse(command.stderr().contains("\tat "), command.stderr());
    assertFalse(command.stderr().contains("Exception"), command.stderr());
  }
}
