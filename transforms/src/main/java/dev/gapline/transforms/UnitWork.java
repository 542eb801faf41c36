package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.classifiers.RuleClassifier;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One unit from its first call to its receipt, in plain Java: infer, classify, store.
 *
 * <p>Its calls slide in the windows of their models ({@link Asker}). Rows are written in the order
 * of the plan, whole blocks only; rows that wait for an earlier one are bounded in bytes.
 */
final class UnitWork {

  private static final long MOST_PENDING_CHARS = 24L << 20;

  /** A trial and its place in the unit. */
  private record Slot(int place, Trial trial) {}

  private final Leg leg;
  private final StudyPlan plan;
  private final LegDesk desk;
  private final WorkUnit unit;
  private final Runnable allSent;
  private final UnitLedger ledger;
  private final UnitPart part;
  private final Asker<Slot> asker;
  private final List<Asker<Slot>.Call> calls = new ArrayList<>();
  private final int trials;
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
    this.nextBlock = unit.firstBlock();
    for (long block = unit.firstBlock(); block < unit.firstBlock() + unit.blocks(); block++) {
      offer(block);
    }
  }

  private void offer(long block) {
    Asker.Group group = new Asker.Group();
    for (int i = 0; i < plan.trialsOf(block); i++) {
      Trial trial = plan.trial(plan.firstTrial(block) + i);
      calls.add(
          asker.offer(
              group,
              desk.model(trial.cell().model()),
              () -> desk.calls().request(trial),
              new Slot(calls.size(), trial)));
    }
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
      return UnitPart.nothing(unit, plan);
    }
    return new UnitWork(leg, plan, desk, clock, unit, allSent).run();
  }

  /** Whether the unit's first block may be had without a call, so that a stop does not lose it. */
  private static boolean mayBePaid(Leg leg, StudyPlan plan, LegDesk desk, WorkUnit unit)
      throws IOException {
    if (UnitLedger.isBegun(leg.folder(), leg.name(), unit)) {
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

  private Receipt run() throws IOException, InterruptedException {
    try (ledger;
        asker) {
      infer();
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
    boolean moved = true;
    while (written < trials && (moved || !asker.isStopped())) {
      List<Asker<Slot>.Call> done = asker.round();
      done.forEach(this::took);
      moved = store() || !done.isEmpty();
      if (asker.notSent() == 0 && !saidSent) {
        saidSent = true;
        allSent.run();
      }
    }
  }

  private void took(Asker<Slot>.Call call) {
    pendingChars += charsOf(call);
    desk.pending().addAndGet(charsOf(call));
    if (!call.isReused()) {
      part.spend(call.entry().completion(), call.model().spec());
    }
  }

  /** The block at which rows wait may always be asked; others only while little is pending. */
  private boolean hasRoomFor(Slot slot) {
    return pendingChars < MOST_PENDING_CHARS || slot.place() < written + sizeOfNextBlock();
  }

  /** What a row costs in memory while it waits: its prompt and its answer. */
  private static long charsOf(Asker<?>.Call call) {
    long chars = 64;
    for (Message message : call.request().messages()) {
      chars += message.content().length();
    }
    Response response = call.entry().completion().response();
    return response == null || response.text() == null ? chars : chars + response.text().length();
  }

  /** Classifies and stores the next whole blocks whose outcomes are all there, if any. */
  private boolean store() throws IOException {
    int before = written;
    while (written < trials) {
      int block = sizeOfNextBlock();
      for (int i = written; i < written + block; i++) {
        if (calls.get(i).entry() == null) {
          return written > before;
        }
      }
      int first = written + sentFirst(calls.subList(written, written + block));
      for (int i = written; i < written + block; i++) {
        Asker<Slot>.Call call = calls.get(i);
        Completion completion = call.entry().completion();
        Trial trial = call.subject().trial();
        LegDesk.Setting setting = desk.setting(trial.cell().scenario());
        RuleClassifier.Judged judged = setting.rules().judge(completion);
        part.add(
            trial,
            call.request().messages(),
            call.entry(),
            call.isReused(),
            i == first,
            judged,
            call.model().spec(),
            setting.scenario().rubric().version());
        pendingChars -= charsOf(call);
        desk.pending().addAndGet(-charsOf(call));
        calls.set(i, null);
      }
      written += block;
      nextBlock++;
    }
    return written > before;
  }

  private int sizeOfNextBlock() {
    return nextBlock < plan.blocks() ? plan.trialsOf(nextBlock) : 0;
  }

  private int sentFirst(List<Asker<Slot>.Call> block) {
    List<SentFirst.Sent> sent = new ArrayList<>();
    for (Asker<Slot>.Call call : block) {
      sent.add(new SentFirst.Sent(call.subject().trial().condition(), call.entry().sentAtMillis()));
    }
    return SentFirst.of(sent);
  }
}
