package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.GatedWordings;
import dev.gapline.pipeline.files.ParaphraseStudy;
import dev.gapline.pipeline.files.SentenceEncoder;
import dev.gapline.pipeline.files.ShinglesFile;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.Output;
import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.StudyRun;
import dev.gapline.pipeline.tables.Tables;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.RunFolder;
import dev.gapline.transforms.prompts.Shingles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.avro.generic.GenericRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gapline paraphrase}: new wordings of a scenario by a model, gated before any outcome. */
@Command(
    name = "paraphrase",
    mixinStandardHelpOptions = true,
    description =
        "Have a model write a scenario's wording anew, and gate every new wording before it is used:"
            + " hard rules, and every fact confirmed by two judges. DIR/SCENARIO.yaml has those that"
            + " passed, DIR/gate.jsonl a record of each.")
public final class ParaphraseCommand implements Callable<Integer> {

  private static final int MOST = 500;

  /** One new wording as it was asked for. */
  private record Answer(
      long sample, String text, String failure, String date, List<String> votes) {}

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME|FILE", description = "A built-in scenario, or a file, with facts.")
  private String scenario;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      required = true,
      description =
          "Who writes: provider/name, or a model as a study has it, such as '{id: openai/x, base_url:"
              + " ..., key_env: none}'.")
  private String writer;

  @Option(
      names = "--judge",
      paramLabel = "MODEL",
      required = true,
      description = "Who judges, twice at least, of different models; not the writer.")
  private List<String> judges;

  @Option(
      names = "--n",
      paramLabel = "N",
      defaultValue = "8",
      description = "How many are asked for. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--wording",
      paramLabel = "ID",
      defaultValue = "base",
      description = "What is written anew. Default: ${DEFAULT-VALUE}.")
  private String wording;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where everything is written; the same command goes on there.")
  private String out;

  @Mixin private Launch launch;

  @Override
  public Integer call() throws IOException {
    launch.check();
    if (count < 1 || count > MOST) {
      throw new Refused("--n: %d is not valid. 1 to %d is valid.".formatted(count, MOST));
    }
    String text = ScenariosCommand.text(scenario);
    Scenario read = ScenariosCommand.read(scenario);
    Shingles published = ScenariosCommand.published(read, scenario);
    StudyFile file;
    try {
      file = ParaphraseStudy.of(text, wording, writer, judges, count, seed);
    } catch (IllegalArgumentException e) {
      throw new Refused(e.getMessage(), e);
    }
    requireTwo(file.study());
    RunFolder folder = Output.at(out);
    StudyRun.Result result = launch.run(file, folder, spec.commandLine().getErr());
    Launch.sayHowItEnded(result, spec.commandLine().getErr());
    GatedWordings gated = new GatedWordings(text, wording, file.study(), published, encoder());
    report(gated, answers(folder, result));
    Path target = Path.of(out);
    String name = gated.scenario();
    Files.writeString(target.resolve("gate.jsonl"), gated.records());
    Files.writeString(target.resolve(name + ".yaml"), gated.scenarioFile());
    if (published != null) {
      keep(target.resolve(read.published().shingles()), ShinglesFile.text(published));
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%d of %d passed: %s; records: %s%n",
            gated.accepted(), count, target.resolve(name + ".yaml"), target.resolve("gate.jsonl"));
    spec.commandLine().getOut().flush();
    return result.status().code();
  }

  /** Null where there is none; what it would tell excludes nothing. */
  private SentenceEncoder encoder() {
    try {
      return SentenceEncoder.load();
    } catch (SentenceEncoder.Unavailable e) {
      spec.commandLine().getErr().println("paraphrase: similarity is null: " + e.getMessage());
      return null;
    }
  }

  /** Beside the scenario, which names it; what is there already stays. */
  private static void keep(Path file, String text) throws IOException {
    if (!Files.exists(file)) {
      Files.writeString(file, text);
    }
  }

  private static void requireTwo(Study study) {
    List<String> names =
        study.judges().stream().map(JudgeSpec::model).map(model -> model.id()).distinct().toList();
    if (names.size() < 2) {
      throw new Refused("--judge: one judge is given. Two of different models are valid.");
    }
    if (names.contains(study.models().get(0).id())) {
      throw new Refused(
          "--judge: %s would judge what it wrote. Another model is valid."
              .formatted(study.models().get(0).id()));
    }
  }

  private static List<Answer> answers(RunFolder folder, StudyRun.Result result) throws IOException {
    List<Answer> answers = new ArrayList<>();
    for (GenericRecord trial : Tables.read(result.state().files(folder, "trials"))) {
      answers.add(answer(trial));
    }
    answers.sort(Comparator.comparingLong(Answer::sample));
    return answers;
  }

  private static Answer answer(GenericRecord trial) {
    List<String> votes = new ArrayList<>();
    for (Object vote : (Iterable<?>) trial.get("judge_votes")) {
      votes.add(vote.toString());
    }
    return new Answer(
        (Long) trial.get("sample"),
        Objects.toString(trial.get("response_text"), null),
        Objects.toString(trial.get("failure_message"), null),
        LocalDate.ofInstant(Instant.ofEpochMilli((Long) trial.get("sent_at")), ZoneOffset.UTC)
            .toString(),
        votes);
  }

  private void report(GatedWordings gated, List<Answer> answers) {
    PrintWriter stdout = spec.commandLine().getOut();
    for (Answer answer : answers) {
      List<String> problems =
          gated.add(answer.text(), answer.failure(), answer.date(), answer.votes());
      stdout.printf(
          "%d: %s%n",
          answer.sample(), problems.isEmpty() ? "passed" : "rejected: " + problems.get(0));
    }
  }
}
