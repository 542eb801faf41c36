package dev.gapline.transforms;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.JudgeRubric;
import dev.gapline.schemas.JudgeRubric.Sets;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.ReasoningForm;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.TableFile;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.TrialRow;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.Verdict;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.classifiers.Ballot;
import dev.gapline.transforms.classifiers.TokenDecision;
import dev.gapline.transforms.classifiers.Vote;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.providers.ReportedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A unit's own part of {@code trials}, with the counts of what it stored. */
final class UnitPart {

  static final String OTHER_MODEL = "other-model";

  /** The last reply calls tools that gave nothing back. */
  static final String OPEN_CALLS = "open-tool-calls";

  private record Group(Long windowStartSeconds, CellKey cell) {}

  private final Leg leg;
  private final StudyPlan plan;
  private final List<String> arms;
  private final WorkUnit unit;
  private final TableWriter writer;
  private final String file;
  private final Map<Group, CellCount> counts = new HashMap<>();
  private final Map<List<Message>, String> digests = new HashMap<>();

  /** The counts of a single trial are one of a few; a large run holds many of them. */
  private final Map<Tally, Tally> trials = new HashMap<>();

  private long reused;
  private long failures;
  private long calls;
  private long promptTokens;
  private long completionTokens;
  private double costUsd;
  private Receipt.Judging judging = Receipt.Judging.NONE;

  UnitPart(Leg leg, StudyPlan plan, WorkUnit unit, int attempt) throws IOException {
    this.leg = leg;
    this.plan = plan;
    this.arms = leg.study().arms();
    this.unit = unit;
    this.file = unit.fileName() + "-" + attempt + ".parquet";
    this.writer =
        TableWriter.in(
            leg.folder(),
            leg.name(),
            "trials",
            TableSchema.of("trials", leg.study().factors()),
            file);
  }

  /** The receipt of a unit that stored nothing because the leg was stopped before it began. */
  static Receipt nothing(WorkUnit unit, StudyPlan plan) {
    return new Receipt(
        unit.number(),
        plan.trialsOf(unit),
        null,
        null,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Receipt.Judging.NONE,
        List.of());
  }

  void add(
      Trial trial,
      List<Message> messages,
      Ledger.Entry entry,
      boolean wasReused,
      boolean wasSentFirst,
      Assessment assessment,
      TokenDecision decision,
      ModelSpec model,
      int rubricVersion)
      throws IOException {
    Completion completion = entry.completion();
    Verdict verdict = assessment.verdict();
    Response response = completion.response();
    Double cost = costOf(model, response);
    count(completion, wasReused);
    long block = plan.blockOf(trial.index());
    Long windowStart = plan.eventTime().windowStartOf(block);
    CellCount count =
        counts.computeIfAbsent(
            new Group(windowStart, trial.cell()), group -> new CellCount(arms.size()));
    Tally tally = trials.computeIfAbsent(Tally.of(verdict), same -> same);
    tally(count, trial, tally, completion, model);
    place(count, trial, tally, block, wasSentFirst);
    double temperature = trial.cell().temperature().value();
    TokenDecision.Probability exact = decision == null ? null : decision.at(temperature);
    if (decision != null) {
      count.addExact(
          trial.query(),
          arms.indexOf(trial.condition()),
          ExactValues.of(decision, temperature, verdict.complied()));
    }
    boolean failed = completion.isFailure();
    writer.write(
        new TrialRow(
            leg.study().name(),
            trial.id().text(),
            trial.blockId(),
            trial.cell().scenario(),
            trial.query(),
            trial.condition(),
            trial.cell().model(),
            trial.cell().paraphrase(),
            Paraphrase.PUBLISHED.equals(trial.cell().paraphrase()),
            trial.cell().temperature().value(),
            trial.cell().factors(),
            trial.sample(),
            trial.index(),
            windowStart == null ? null : Long.valueOf(windowStart * 1000),
            windowStart == null
                ? null
                : Long.valueOf((windowStart + plan.eventTime().windowQueries()) * 1000),
            digests.computeIfAbsent(messages, UnitPart::digest),
            messages,
            failed ? null : response.text(),
            Said.toolUses(messages, response),
            verdict.reasoning(),
            verdict.reasoningSource(),
            form(verdict, response),
            verdict.parseStatus().id(),
            failed ? null : response.finishReason(),
            !failed && response.isTruncated(),
            failed ? null : response.model(),
            failed ? null : response.promptTokens(),
            failed ? null : response.completionTokens(),
            failed ? null : response.reasoningTokens(),
            cost,
            entry.latencyMillis(),
            completion.attempts(),
            met(entry),
            trial.sendOrder(),
            entry.sentAtMillis(),
            wasReused,
            failed ? completion.failure().category().id() : null,
            failed ? completion.failure().message() : null,
            verdict.complied(),
            verdict.behaviour() == null
                ? null
                : verdict.behaviour().name().toLowerCase(Locale.ROOT),
            verdict.afPartial(),
            verdict.afFull(),
            verdict.considers(),
            verdict.afVotes(),
            assessment.of(UnitPart::castsVotes, Ballot::yes),
            assessment.of(UnitPart::castsVotes, ballot -> ballot.votes().size()),
            verdict.further().get(Measure.THINKS_CONFLICT),
            verdict.further().get(Measure.AWARE_TRAINING),
            verdict.further().get(Measure.THINKS_FAKE),
            verdict.further().get(Measure.EVAL_AWARE),
            verdict.further().get(Measure.ANTI_LAB),
            verdict.further().get(Measure.TRAINING_SIGNAL),
            verdict.further().get(Measure.ENDORSES_VALUE),
            verdict.further().get(Measure.RECOGNISED_STUDY),
            assessment.of(rubric -> rubric.sets() == Sets.PARTIAL_TYPE, Ballot::choice),
            strongReject(assessment, vote -> vote.item("refused")),
            strongReject(assessment, vote -> vote.item("convincing")),
            strongReject(assessment, vote -> vote.item("specific")),
            strongReject(assessment, Vote::strongReject),
            exact == null ? null : Double.valueOf(exact.least()),
            exact == null ? null : Double.valueOf(exact.unseen()),
            decision == null ? null : decision.text(),
            assessment.byRules(),
            assessment.hits(),
            assessment.judge(),
            assessment.votes(),
            assessment.calls(),
            assessment.costUsd(),
            rubricVersion,
            flags(model, response)));
  }

  private static boolean castsVotes(JudgeRubric rubric) {
    return rubric.sets() == Sets.AF_VOTES;
  }

  private static Double strongReject(Assessment assessment, ToDoubleFunction<Vote> item) {
    return assessment.of(rubric -> rubric.strongReject() != null, ballot -> ballot.mean(item));
  }

  private static String flags(ModelSpec model, Response response) {
    if (response == null) {
      return null;
    }
    List<String> flags = new ArrayList<>();
    if (!model.isOffline() && ReportedModel.isOther(model.name(), response.model())) {
      flags.add(OTHER_MODEL);
    }
    if (!response.toolCalls().isEmpty()) {
      flags.add(OPEN_CALLS);
    }
    flags.addAll(response.notes());
    return flags.isEmpty() ? null : String.join(",", flags);
  }

  /** Counts what an outcome of this leg took; also of one that a stop keeps out of the rows. */
  void spend(Completion completion, ModelSpec model) {
    Response response = completion.response();
    calls += completion.attempts();
    if (response != null) {
      promptTokens += orZero(response.promptTokens());
      completionTokens += orZero(response.completionTokens());
    }
    Double cost = costOf(model, response);
    costUsd += cost == null ? 0 : cost;
  }

  /** The same of a judge's call, which is also counted apart. */
  void spendOnJudge(Completion completion, ModelSpec model) {
    spend(completion, model);
    judging = judging.plus(Receipt.Judging.of(completion, costOf(model, completion.response())));
  }

  /** Closes the file and says what the unit leaves. */
  Receipt finish() throws IOException {
    writer.close();
    if (writer.rows() == 0) {
      writer.delete();
    }
    TableFile written = writer.rows() == 0 ? null : writer.finished();
    return new Receipt(
        unit.number(),
        plan.trialsOf(unit),
        written == null ? null : written.name(),
        written == null ? null : written.digest(),
        writer.rows(),
        reused,
        failures,
        calls,
        promptTokens,
        completionTokens,
        costUsd,
        judging,
        unitTallies());
  }

  /** Gives up a file that was begun, after a fault. */
  void abandon() throws IOException {
    try {
      writer.close();
    } finally {
      writer.delete();
    }
  }

  /** Deletes this attempt's file because another attempt's receipt stands. */
  void discard(Receipt stands) throws IOException {
    if (!file.equals(stands.part())) {
      writer.delete();
    }
  }

  private void count(Completion completion, boolean wasReused) {
    if (completion.isFailure() && completion.failure().category().isProviderFailure()) {
      failures++;
    }
    if (wasReused) {
      reused++;
    }
  }

  private void tally(
      CellCount count, Trial trial, Tally tally, Completion completion, ModelSpec model) {
    int arm = arms.indexOf(trial.condition());
    count.add(trial.query(), arm, tally);
    if (completion.attempts() > 1) {
      count.addRetried(trial.query(), arm, tally);
    }
    Response response = completion.response();
    if (response != null && response.model() != null && model.simulate() == null) {
      count.addResponseModel(response.model());
    }
  }

  /** Where in the order the trial lies, for the checks of order and drift. */
  private void place(CellCount count, Trial trial, Tally tally, long block, boolean wasSentFirst) {
    int arm = arms.indexOf(trial.condition());
    if (wasSentFirst) {
      count.addSentFirst(trial.query(), arm, tally);
    }
    if (2 * block >= plan.blocks()) {
      count.addSecondHalf(trial.query(), arm, tally);
    }
  }

  private List<UnitTally> unitTallies() {
    List<UnitTally> all = new ArrayList<>();
    counts.forEach(
        (group, count) ->
            all.add(
                new UnitTally(
                    unit.number(), group.windowStartSeconds(), group.cell(), count.tally())));
    return all;
  }

  /**
   * Reasoning in tags is the model's own; of a provider's field, and of what it withholds, it says.
   */
  private static String form(Verdict verdict, Response response) {
    if ("tags".equals(verdict.reasoningSource())) {
      return ReasoningForm.FULL.id();
    }
    return response == null || response.reasoningForm() == null
        ? null
        : response.reasoningForm().id();
  }

  private static String met(Ledger.Entry entry) {
    return entry.met().isEmpty()
        ? null
        : entry.met().stream().map(FailureCategory::id).collect(Collectors.joining(","));
  }

  /** What an answer cost; null when that is unknown, or when there is none. */
  static Double costOf(ModelSpec model, Response response) {
    if (model.price() == null
        || response == null
        || response.promptTokens() == null
        || response.completionTokens() == null) {
      return null;
    }
    return model.usd(response.promptTokens(), response.completionTokens()).orElseThrow();
  }

  private static long orZero(Long count) {
    return count == null ? 0 : count;
  }

  private static String digest(List<Message> messages) {
    List<String> parts = new ArrayList<>();
    for (Message message : messages) {
      parts.add(message.role());
      parts.add(message.content());
      message.toolCalls().forEach(call -> parts.add(call.name() + call.arguments()));
    }
    return Hashing.hex(16, parts.toArray(String[]::new));
  }
}
