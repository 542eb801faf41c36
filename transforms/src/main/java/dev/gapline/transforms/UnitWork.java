package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.classifiers.JudgedVerdict;
import dev.gapline.transforms.classifiers.RuleClassifier;
import dev.gapline.transforms.classifiers.TokenDecision;
import dev.gapline.transforms.classifiers.TokenDecisions;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.providers.Request;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One unit from its first call to its receipt, in plain Java: infer, classify, store.
 *
 * <p>Its calls slide in the windows of their models ({@link Asker}). Rows are written in the order
 * of the plan, whole blocks only; rows that wait for an earlier one are bounded in bytes.
 */
final class UnitWork {

  private static final long MOST_PENDING_CHARS = 24L << 20;

  /** What a call is for. */
  private sealed interface Work {}

  /** A call of the trial at that place in the unit, after these turns. */
  private record Slot(int place, Trial trial, List<Turn> before) implements Work {

    Slot {
      before = List.copyOf(before);
    }

    List<Response> replies() {
      return before.stream().map(turn -> turn.entry().completion().response()).toList();
    }
  }

  /** A turn of a trial's conversation that has been had. */
  private record Turn(Ledger.Entry entry, boolean isReused) {}

  /** A judge's vote on the answer of the trial at that place. */
  private record Voting(int place, Judging.Ask ask) implements Work {}

  /**
   * What a trial came to.
   *
   * @param decision of a stored answer, as it was stored; null when it is not known
   */
  private record Outcome(
      Trial trial,
      List<Message> messages,
      Ledger.Entry entry,
      boolean isReused,
      ModelSpec model,
      TokenDecision decision) {}

  private final Leg leg;
  private final StudyPlan plan;
  private final LegDesk desk;
  private final WorkUnit unit;
  private final Runnable allSent;
  private final UnitLedger ledger;
  private final UnitPart part;
  private final Asker<Work> asker;

  /** By place, the outcomes that wait for an earlier row. */
  private final Map<Integer, Outcome> outcomes = new HashMap<>();

  /** By place, the judging of an answer that judges are asked about; null for others. */
  private final Map<Integer, Judging> judgings = new HashMap<>();

  private final int trials;
  private int available;
  private int written;
  private long nextBlock;
  private long pendingChars;
  private boolean saidSent;

  private UnitWork(
      Leg leg, StudyPlan plan, LegDesk desk, Clock clock, WorkUnit unit, Runnable allSent)
      throws IOException {
    this.leg = leg;
    this.plan = plan;
    this.desk = desk;
    this.unit = unit;
    this.allSent = allSent;
    this.ledger = UnitLedger.open(leg.folder(), leg.name(), unit, desk.earlier());
    this.part = new UnitPart(leg, plan, unit, ledger.attempt());
    this.asker =
        new Asker<>(desk, ledger, unit.number(), call -> hasRoomFor(call.subject()), clock);
    this.trials = (int) plan.trialsOf(unit);
    this.available = trials;
    this.nextBlock = unit.firstBlock();
    if (leg.answers() == null) {
      int place = 0;
      for (long block = unit.firstBlock(); block < unit.firstBlock() + unit.blocks(); block++) {
        place = offer(block, place);
      }
    }
  }

  private int offer(long block, int firstPlace) {
    Asker.Group group = new Asker.Group();
    int place = firstPlace;
    for (int i = 0; i < plan.trialsOf(block); i++) {
      Trial trial = plan.trial(plan.firstTrial(block) + i);
      var unused =
          asker.offer(
              group,
              desk.model(trial.cell().model()),
              () -> desk.calls().request(trial),
              new Slot(place++, trial, List.of()));
    }
    return place;
  }

  /**
   * Runs the unit, unless an earlier attempt has ended it; returns the receipt that stands.
   *
   * @param allSent called once, when no call is left that was not sent
   */
  static Receipt run(
      Leg leg, StudyPlan plan, LegDesk desk, Clock clock, WorkUnit unit, Runnable allSent)
      throws IOException, InterruptedException {
    Optional<Receipt> ended = Receipts.read(leg.folder(), leg.name(), unit);
    if (ended.isPresent()) {
      return ended.get();
    }
    if (desk.stop().reason().isPresent() && !mayBePaid(leg, plan, desk, unit)) {
      requireNotHalted(leg, desk);
      Receipt nothing = UnitPart.nothing(unit, plan);
      // Others wait for the unit, and read its receipt.
      return leg.isSpread() ? Receipts.claim(leg.folder(), leg.name(), unit, nothing) : nothing;
    }
    return new UnitWork(leg, plan, desk, clock, unit, allSent).run();
  }

  /** Whether the unit's first block may be had without a call, so that a stop does not lose it. */
  private static boolean mayBePaid(Leg leg, StudyPlan plan, LegDesk desk, WorkUnit unit)
      throws IOException {
    if (UnitLedger.isBegun(leg.folder(), leg.name(), unit)) {
      return true;
    }
    if (leg.answers() != null) {
      return true;
    }
    for (int i = 0; i < plan.trialsOf(unit.firstBlock()); i++) {
      Trial trial = plan.trial(plan.firstTrial(unit.firstBlock()) + i);
      if (desk.earlier().find(desk.calls().request(trial).key()).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Where others go on with a unit that a fault here broke off, no receipt may say that it has
   * ended.
   */
  private static void requireNotHalted(Leg leg, LegDesk desk) throws IOException {
    if (leg.isSpread() && desk.stop().isHalted()) {
      throw new IOException("This process has stopped: " + desk.stop().reason().orElse("a fault"));
    }
  }

  private Receipt run() throws IOException, InterruptedException {
    try (ledger;
        asker) {
      infer();
      if (written < trials) {
        requireNotHalted(leg, desk);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      part.abandon();
      throw e;
    } finally {
      desk.pending().addAndGet(-pendingChars);
    }
    Receipt mine = part.finish();
    Receipt stands = Receipts.claim(leg.folder(), leg.name(), unit, mine);
    if (!mine.equals(stands)) {
      part.discard(stands);
    }
    return stands;
  }

  private void infer() throws IOException, InterruptedException {
    if (leg.answers() != null) {
      takeStored();
    }
    boolean moved = true;
    while (written < available && (moved || !asker.isStopped())) {
      List<Asker<Work>.Call> done = asker.round();
      done.forEach(this::took);
      moved = store() || !done.isEmpty();
      if (asker.notSent() == 0 && !saidSent) {
        saidSent = true;
        allSent.run();
      }
    }
  }

  /**
   * Takes the answers of a stored run in the place of calls; what it did not store ends the leg.
   */
  private void takeStored() throws IOException {
    long first = plan.firstTrial(unit.firstBlock());
    List<StoredAnswers.Answer> stored = new StoredAnswers(leg.answers()).read(first, trials);
    for (int place = 0; place < stored.size(); place++) {
      Trial trial = plan.trial(first + place);
      StoredAnswers.Answer answer = stored.get(place);
      if (!answer.trial().equals(trial.id().text())) {
        throw new UnreadableTrials(
            "%s holds trial %s where %s is planned: its study was another one."
                .formatted(leg.answers().run(), answer.trial(), trial.id()),
            null);
      }
      ModelSpec model = desk.model(trial.cell().model()).spec();
      desk.settled(model.id(), answer.entry().completion(), true);
      took(
          new Slot(place, trial, List.of()),
          new Outcome(trial, answer.messages(), answer.entry(), true, model, answer.decision()));
    }
    available = stored.size();
  }

  private void took(Asker<Work>.Call call) {
    if (call.subject() instanceof Voting voting) {
      tookVote(voting, call);
      return;
    }
    if (!call.isReused()) {
      part.spend(call.entry().completion(), call.model().spec());
    }
    Slot slot = (Slot) call.subject();
    List<Turn> turns = new ArrayList<>(slot.before());
    turns.add(new Turn(call.entry(), call.isReused()));
    if (!call.entry().completion().isFailure()) {
      Slot next = new Slot(slot.place(), slot.trial(), turns);
      Optional<Request> request = desk.calls().request(next.trial(), next.replies());
      if (request.isPresent()) {
        var unused = asker.offerNext(Asker.Kind.TURN, call.model(), request::get, next);
        return;
      }
    }
    took(
        slot,
        new Outcome(
            slot.trial(),
            call.request().messages(),
            Turns.together(turns.stream().map(Turn::entry).toList()),
            turns.stream().allMatch(Turn::isReused),
            call.model().spec(),
            null));
  }

  private void took(Slot slot, Outcome outcome) {
    outcomes.put(slot.place(), outcome);
    pendingChars += charsOf(outcome);
    desk.pending().addAndGet(charsOf(outcome));
    if (!desk.judges().isEmpty()) {
      judge(slot, asRead(outcome));
    }
  }

  private void tookVote(Voting voting, Asker<Work>.Call call) {
    Completion completion = call.entry().completion();
    if (!call.isReused()) {
      part.spendOnJudge(completion, call.model().spec());
    }
    Judging.Ask again = voting.ask().of().took(voting.ask(), completion);
    if (again != null) {
      Voting next = new Voting(voting.place(), again);
      var unused = asker.offerNext(Asker.Kind.JUDGE, model(next), again::request, next);
    }
  }

  /** Asks the judges about an answer, if it is one that they can judge. */
  private void judge(Slot slot, Completion completion) {
    Trial trial = slot.trial();
    LegDesk.Setting setting = desk.setting(trial.cell().scenario());
    RuleClassifier.Judged byRules = setting.rules().judge(completion);
    if (!JudgedVerdict.isFor(byRules.verdict())) {
      return;
    }
    Judging judging =
        new Judging(
            trial,
            plan.query(trial).text(),
            leg.study().scenario(trial.cell().scenario()).rubric().objective(),
            desk.judgeCalls(),
            byRules,
            setting.parser().parse(completion.response()),
            desk.judges());
    judgings.put(slot.place(), judging);
    Asker.Group group = new Asker.Group();
    for (Judging.Ask ask : judging.first()) {
      Voting voting = new Voting(slot.place(), ask);
      var unused =
          asker.offerFollowing(Asker.Kind.JUDGE, group, model(voting), ask::request, voting);
    }
  }

  private LegDesk.Model model(Voting voting) {
    return desk.model(voting.ask().spec().model().id());
  }

  /** The block at which rows wait may always be asked; others only while little is pending. */
  private boolean hasRoomFor(Work work) {
    return !(work instanceof Slot slot)
        || pendingChars < MOST_PENDING_CHARS
        || slot.place() < written + sizeOfNextBlock();
  }

  /** What a row costs in memory while it waits: its prompt and its answer. */
  private static long charsOf(Outcome outcome) {
    long chars = 64;
    for (Message message : outcome.messages()) {
      chars += message.content().length();
    }
    Response response = outcome.entry().completion().response();
    if (response != null) {
      chars += response.text() == null ? 0 : response.text().length();
      chars += response.logprobs() == null ? 0 : response.logprobs().length();
    }
    return chars;
  }

  /** Classifies and stores the next whole blocks whose outcomes are all there, if any. */
  private boolean store() throws IOException {
    int before = written;
    while (written < trials) {
      int block = sizeOfNextBlock();
      for (int i = written; i < written + block; i++) {
        Judging judging = judgings.get(i);
        if (!outcomes.containsKey(i) || (judging != null && !judging.isDone())) {
          return written > before;
        }
      }
      List<Outcome> whole = new ArrayList<>();
      for (int i = written; i < written + block; i++) {
        whole.add(outcomes.remove(i));
      }
      int first = sentFirst(whole);
      for (int i = 0; i < block; i++) {
        Outcome outcome = whole.get(i);
        LegDesk.Setting setting = desk.setting(outcome.trial().cell().scenario());
        part.add(
            outcome.trial(),
            outcome.messages(),
            outcome.entry(),
            outcome.isReused(),
            i == first,
            assessment(written + i, setting.rules().judge(asRead(outcome))),
            decision(outcome, setting.decisions()),
            outcome.model(),
            setting.scenario().rubric().version());
        pendingChars -= charsOf(outcome);
        desk.pending().addAndGet(-charsOf(outcome));
      }
      written += block;
      nextBlock++;
    }
    return written > before;
  }

  private static Completion asRead(Outcome outcome) {
    return Said.asRead(outcome.messages(), outcome.entry().completion());
  }

  /** The tokens that decided; null where they are not known. */
  private static TokenDecision decision(Outcome outcome, TokenDecisions decisions) {
    return outcome.decision() != null
        ? outcome.decision()
        : decisions
            .of(Said.prefill(outcome.messages()), outcome.entry().completion().response())
            .orElse(null);
  }

  private Assessment assessment(int place, RuleClassifier.Judged byRules) {
    if (desk.judges().isEmpty()) {
      return Assessment.byRules(byRules);
    }
    Judging judging = judgings.remove(place);
    return judging == null ? Judging.without(byRules, desk.judges()) : judging.assessment();
  }

  private int sizeOfNextBlock() {
    return nextBlock < plan.blocks() ? plan.trialsOf(nextBlock) : 0;
  }

  private int sentFirst(List<Outcome> block) {
    return SentFirst.of(
        block.stream()
            .map(one -> new SentFirst.Sent(one.trial().condition(), one.entry().sentAtMillis()))
            .toList());
  }
}
