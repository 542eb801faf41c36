package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.classifiers.RuleClassifier;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.providers.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One unit from its first call to its receipt, in plain Java: infer, classify, store.
 *
 * <p>The calls of each model slide in a window of their own. A call keeps its permit until its
 * outcome is durable. Rows are written in the order of the plan, whole blocks only; rows that wait
 * for an earlier one are bounded in bytes.
 */
final class UnitWork {

  private static final long MOST_PENDING_CHARS = 8L << 20;
  private static final long STOP_CHECK_MILLIS = 200;

  private final Leg leg;
  private final StudyPlan plan;
  private final LegDesk desk;
  private final Clock clock;
  private final WorkUnit unit;
  private final UnitLedger ledger;
  private final UnitPart part;
  private final Slot[] slots;
  private final Map<String, ArrayDeque<Slot>> waiting = new LinkedHashMap<>();
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final BitSet bought = new BitSet();
  private final BitSet begun = new BitSet();
  private boolean owing;
  private int inFlight;
  private int taken;
  private int written;
  private long pendingChars;
  private final Set<String> watched = new HashSet<>();

  /** A trial on its way. */
  private static final class Slot {
    private final int place;
    private final Trial trial;
    private Request request;
    private Ledger.Entry entry;
    private boolean reused;
    private CompletableFuture<Completion> call;
    private boolean holdsPermit;
    private long sentAtMillis;
    private long sentAtNanos;

    Slot(int place, Trial trial) {
      this.place = place;
      this.trial = trial;
    }
  }

  /** Something that wakes the lane: a completion of a slot, or a model's gate that opened. */
  private record Event(Slot slot, Completion completion, Throwable fault, String gate) {
    static Event gateOpened(String model) {
      return new Event(null, null, null, model);
    }
  }

  private UnitWork(Leg leg, StudyPlan plan, LegDesk desk, Clock clock, WorkUnit unit)
      throws IOException {
    this.leg = leg;
    this.plan = plan;
    this.desk = desk;
    this.clock = clock;
    this.unit = unit;
    this.ledger = UnitLedger.open(leg.folder(), leg.name(), unit, desk.earlier());
    this.part = new UnitPart(leg, plan, unit, ledger.attempt());
    this.slots = new Slot[(int) (unit.blocks() * plan.trialsPerBlock())];
    for (int i = 0; i < slots.length; i++) {
      Trial trial = plan.trial(unit.firstBlock() * plan.trialsPerBlock() + i);
      slots[i] = new Slot(i, trial);
      waiting.computeIfAbsent(trial.cell().model(), model -> new ArrayDeque<>()).add(slots[i]);
    }
  }

  /** Runs the unit, unless an earlier attempt has ended it; returns the receipt that stands. */
  static Receipt run(Leg leg, StudyPlan plan, LegDesk desk, Clock clock, WorkUnit unit)
      throws IOException, InterruptedException {
    Optional<Receipt> ended = Receipts.read(leg.folder(), leg.name(), unit);
    if (ended.isPresent()) {
      return ended.get();
    }
    if (desk.stop().reason().isPresent() && !mayBePaid(leg, plan, desk, unit)) {
      return UnitPart.nothing(unit, plan);
    }
    return new UnitWork(leg, plan, desk, clock, unit).run();
  }

  /** Whether the unit's first block may be had without a call, so that a stop does not lose it. */
  private static boolean mayBePaid(Leg leg, StudyPlan plan, LegDesk desk, WorkUnit unit)
      throws IOException {
    if (Files.isDirectory(leg.folder().ledger(leg.name(), unit))) {
      return true;
    }
    for (int i = 0; i < plan.trialsPerBlock(); i++) {
      Trial trial = plan.trial(unit.firstBlock() * plan.trialsPerBlock() + i);
      if (desk.earlier().find(requestOf(leg, plan, desk, trial).key()).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private Receipt run() throws IOException, InterruptedException {
    try (ledger) {
      infer();
    } catch (IOException | InterruptedException | RuntimeException e) {
      cancelWhatIsInFlight();
      part.abandon();
      throw e;
    }
    Receipt mine = part.finish();
    Receipt stands = Receipts.claim(leg.folder(), leg.name(), unit, mine);
    if (!mine.equals(stands)) {
      part.discard(stands);
    }
    return stands;
  }

  private void cancelWhatIsInFlight() {
    for (Slot slot : slots) {
      if (slot != null && slot.holdsPermit) {
        if (slot.call != null) {
          slot.call.cancel(true);
        }
        release(slot);
      }
    }
  }

  private void infer() throws IOException, InterruptedException {
    while (written < slots.length) {
      int takenBefore = taken;
      int writtenBefore = written;
      List<Slot> starting = startable();
      if (!starting.isEmpty()) {
        ledger.intend(starting.stream().mapToLong(slot -> slot.trial.index()).toArray());
        ledger.force();
        starting.forEach(this::send);
      }
      store();
      boolean moved = taken > takenBefore || written > writtenBefore;
      if (inFlight == 0 && !moved && !owing && desk.stop().isRaised()) {
        return;
      }
      if (inFlight > 0 || !moved) {
        settle(await());
      }
    }
  }

  /**
   * The trials that may be sent now. Those that the ledger holds are taken from it on the way,
   * after a stop too: they cost nothing, and a leg that stops early must not lose what earlier ones
   * paid. A block that was begun before a stop is sent to its end, for half a block is paid for
   * nothing.
   */
  private List<Slot> startable() throws IOException {
    List<Slot> starting = new ArrayList<>();
    owing = false;
    for (ArrayDeque<Slot> queue : waiting.values()) {
      while (!queue.isEmpty() && hasRoomFor(queue.peek())) {
        Slot slot = queue.peek();
        LegDesk.Model model = desk.model(slot.trial.cell().model());
        prepare(slot);
        Optional<Ledger.Entry> settled = ledger.settled(slot.request.key());
        if (settled.isPresent()) {
          queue.remove();
          taken++;
          slot.reused = !ledger.settledInThisLeg(slot.request.key());
          done(slot, settled.get());
        } else if (desk.stop().isRaised() && !begun.get(blockOf(slot))) {
          break;
        } else if (!buy(slot, model)) {
          desk.stop().raise("The budget of the study does not cover the next block.");
          break;
        } else if (!model.gate().tryAcquire()) {
          owing |= begun.get(blockOf(slot));
          watch(model);
          break;
        } else {
          queue.remove();
          begun.set(blockOf(slot));
          slot.holdsPermit = true;
          starting.add(slot);
        }
      }
    }
    return starting;
  }

  /**
   * Sets the worst case of the slot's whole block aside, once; says whether the budget covers it.
   */
  private boolean buy(Slot slot, LegDesk.Model model) throws IOException {
    int size = plan.trialsPerBlock();
    int block = blockOf(slot);
    if (bought.get(block)) {
      return true;
    }
    List<Request> calls = new ArrayList<>();
    for (int i = block * size; i < (block + 1) * size; i++) {
      Slot member = slots[i];
      prepare(member);
      if (ledger.settled(member.request.key()).isEmpty()) {
        calls.add(member.request);
      }
    }
    bought.set(block, desk.spending().reserve(model.spec(), calls));
    return bought.get(block);
  }

  private int blockOf(Slot slot) {
    return slot.place / plan.trialsPerBlock();
  }

  /** The block at which rows wait may always be asked; others only while little is pending. */
  private boolean hasRoomFor(Slot slot) {
    return pendingChars < MOST_PENDING_CHARS || slot.place < written + plan.trialsPerBlock();
  }

  private void watch(LegDesk.Model model) {
    String id = model.spec().id();
    if (watched.add(id)) {
      model.gate().onFree(() -> events.add(Event.gateOpened(id)));
    }
  }

  private void prepare(Slot slot) {
    if (slot.request == null) {
      slot.request = requestOf(leg, plan, desk, slot.trial);
    }
  }

  static Request requestOf(Leg leg, StudyPlan plan, LegDesk desk, Trial trial) {
    Query query = plan.query(trial);
    LegDesk.Setting setting = desk.setting(trial.cell().scenario());
    List<Message> messages =
        setting
            .prompts()
            .render(trial.cell().paraphrase(), trial.condition(), trial.cell().factors(), query);
    long seed = Hashing.fnv1a64(leg.study().seed() + "|" + trial.id().text()) & 0x7fffffffL;
    return Requests.of(trial, desk.model(trial.cell().model()).spec(), messages, seed);
  }

  private void send(Slot slot) {
    inFlight++;
    slot.sentAtMillis = clock.millis();
    slot.sentAtNanos = System.nanoTime();
    slot.call = desk.model(slot.trial.cell().model()).provider().ask(slot.request);
    CompletableFuture<Completion> unused =
        slot.call.whenComplete(
            (completion, fault) -> events.add(new Event(slot, completion, fault, null)));
  }

  private List<Event> await() throws InterruptedException {
    List<Event> drained = new ArrayList<>();
    Event first = events.poll(STOP_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    if (first != null) {
      drained.add(first);
      events.drainTo(drained);
    } else {
      Optional<String> unused = desk.stop().reason(); // Hears a stop raised by another process.
    }
    return drained;
  }

  /** Makes what came back durable, and only then gives its permits back. */
  private void settle(List<Event> drained) throws IOException {
    List<Slot> answered = new ArrayList<>();
    List<Ledger.Entry> entries = new ArrayList<>();
    for (Event event : drained) {
      if (event.slot() == null) {
        watched.remove(event.gate());
        continue;
      }
      if (event.fault() != null) {
        throw new CompletionException("A provider broke its promise.", event.fault());
      }
      Slot slot = event.slot();
      Ledger.Entry entry =
          new Ledger.Entry(
              slot.request.key(),
              slot.trial.id().text(),
              event.completion(),
              slot.sentAtMillis,
              TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - slot.sentAtNanos));
      ModelSpec asked = desk.model(slot.trial.cell().model()).spec();
      ledger.settle(entry, UnitPart.costOf(asked, event.completion().response()));
      answered.add(slot);
      entries.add(entry);
    }
    if (answered.isEmpty()) {
      return;
    }
    ledger.force();
    for (int i = 0; i < answered.size(); i++) {
      Slot slot = answered.get(i);
      LegDesk.Model model = desk.model(slot.trial.cell().model());
      if (entries.get(i).completion().response() != null) {
        desk.spending().settle(model.spec(), slot.request, entries.get(i).completion().response());
      }
      done(slot, entries.get(i));
      // Last: whoever takes the permit must see a stop that this outcome has raised.
      release(slot);
      inFlight--;
    }
  }

  private void release(Slot slot) {
    slot.holdsPermit = false;
    desk.model(slot.trial.cell().model()).gate().release();
  }

  private void done(Slot slot, Ledger.Entry entry) {
    slot.entry = entry;
    pendingChars += charsOf(entry.completion());
    if (!slot.reused) {
      part.spend(entry.completion(), desk.model(slot.trial.cell().model()).spec());
    }
    desk.settled(entry.completion(), slot.reused);
  }

  private static long charsOf(Completion completion) {
    return completion.response() == null || completion.response().text() == null
        ? 64
        : completion.response().text().length() + 64L;
  }

  /** Classifies and stores the next whole blocks whose outcomes are all there. */
  private void store() throws IOException {
    int block = plan.trialsPerBlock();
    while (written < slots.length) {
      for (int i = written; i < written + block; i++) {
        if (slots[i].entry == null) {
          return;
        }
      }
      for (int i = written; i < written + block; i++) {
        Slot slot = slots[i];
        LegDesk.Model model = desk.model(slot.trial.cell().model());
        LegDesk.Setting setting = desk.setting(slot.trial.cell().scenario());
        RuleClassifier.Judged judged = setting.rules().judge(slot.entry.completion());
        part.add(
            slot.trial,
            slot.request.messages(),
            slot.entry,
            slot.reused,
            judged,
            model.spec(),
            setting.scenario().rubric().version());
        pendingChars -= charsOf(slot.entry.completion());
        slots[i] = null;
      }
      written += block;
    }
  }
}
