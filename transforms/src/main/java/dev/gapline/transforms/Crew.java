package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Units;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Works on the units of a leg in the order of the plan, whatever order the runner hands them out
 * in.
 *
 * <p>An element of the pipeline is a ticket: it is answered with the receipt of whichever unit ends
 * next. So a stop ends the tables where the plan was, and a unit that waits for one slow answer
 * holds up nobody: when all its calls are sent, the next unit is begun, long before its element
 * comes. As many units send at once as there are lanes; a unit that only waits costs its pending
 * rows, which are bounded.
 *
 * <p>Which ticket took which unit is written down before the unit's receipt leaves, so that an
 * element that the runner tries again brings the same unit.
 */
final class Crew {

  private static final int MOST_OPEN = 128;
  private static final long MOST_PENDING_CHARS = 96L << 20;

  private final Leg leg;
  private final StudyPlan plan;
  private final LegDesk desk;
  private final Units units;
  private final Map<Long, WorkUnit> taken = new HashMap<>();
  private final Deque<Receipt> ready = new ArrayDeque<>();
  private final Set<Thread> workers = new HashSet<>();
  private long next;
  private int sending;
  private Throwable fault;
  private boolean isClosed;

  Crew(Leg leg, LegDesk desk) throws IOException {
    this.leg = leg;
    this.plan = StudyPlan.of(leg.study());
    this.desk = desk;
    this.units = plan.units(leg.lanes());
    recall();
  }

  /** Finds what tickets of an earlier desk of this leg have taken. */
  private void recall() throws IOException {
    Store store = leg.folder().store();
    for (Store.Stored file : store.list(RunNames.ledger(leg.name()) + "/tickets")) {
      String text = new String(store.read(file.name()).orElseThrow(), StandardCharsets.UTF_8);
      taken.put(
          Long.parseLong(file.name().substring(file.name().lastIndexOf('/') + 1)),
          units.unit(Long.parseLong(text)));
    }
  }

  /**
   * The receipt of the unit that this ticket stands for; waits until one ends.
   *
   * @throws IOException if any unit failed; what was in flight in the others has been settled then
   */
  synchronized Receipt receiptFor(long ticket) throws IOException, InterruptedException {
    WorkUnit before = taken.get(ticket);
    if (before != null) {
      return Receipts.read(leg.folder(), leg.name(), before)
          .orElseGet(() -> UnitPart.nothing(before, plan));
    }
    begin();
    while (!mayGiveOne()) {
      if (fault != null && workers.isEmpty()) {
        throw new IOException("A unit could not be worked on: " + fault.getMessage(), fault);
      }
      if (workers.isEmpty() && next >= units.count()) {
        throw new IllegalStateException("There are more tickets than units.");
      }
      wait();
    }
    Receipt receipt = ready.remove();
    WorkUnit unit = units.unit(receipt.unit());
    if (receipt.rows() > 0 || receipt.calls() > 0) {
      leg.folder()
          .store()
          .replace(
              RunNames.ledger(leg.name()) + "/tickets/" + ticket,
              Long.toString(unit.number()).getBytes(StandardCharsets.UTF_8));
    }
    taken.put(ticket, unit);
    return receipt;
  }

  /**
   * The last receipts leave together, when all units have ended: a runner's thread that has got its
   * last one would look for more work until the end, and the direct runner's do so without a pause.
   */
  private boolean mayGiveOne() {
    long left = units.count() - taken.size();
    return !ready.isEmpty() && (left > leg.lanes() || (workers.isEmpty() && next >= units.count()));
  }

  /** Begins the next units while there is room for them. */
  private synchronized void begin() {
    Set<Long> done = new HashSet<>();
    taken.values().forEach(unit -> done.add(unit.number()));
    while (!isClosed
        && fault == null
        && next < units.count()
        && sending < leg.lanes()
        && workers.size() < MOST_OPEN
        && (workers.isEmpty() || desk.pending().get() < MOST_PENDING_CHARS)) {
      WorkUnit unit = units.unit(next++);
      if (!done.contains(unit.number())) {
        sending++;
        Worker worker = new Worker(unit);
        workers.add(worker);
        worker.start();
      }
    }
  }

  /** Ends all work at once: what is in flight is broken off. */
  void close() throws InterruptedException {
    List<Thread> open;
    synchronized (this) {
      isClosed = true;
      open = List.copyOf(workers);
    }
    for (Thread worker : open) {
      worker.interrupt();
    }
    for (Thread worker : open) {
      worker.join();
    }
  }

  /** The thread of one unit. */
  private final class Worker extends Thread {
    private final WorkUnit unit;
    private boolean isSending = true;

    Worker(WorkUnit unit) {
      super("gapline " + unit.fileName());
      this.unit = unit;
      setDaemon(true);
    }

    @Override
    public void run() {
      Receipt receipt = null;
      Throwable thrown = null;
      try {
        receipt = UnitWork.run(leg, plan, desk, Clock.systemUTC(), unit, this::allSent);
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        thrown = e;
      }
      ended(receipt, thrown);
    }

    private void allSent() {
      synchronized (Crew.this) {
        if (isSending) {
          isSending = false;
          sending--;
        }
      }
      begin();
    }

    private void ended(Receipt receipt, Throwable thrown) {
      if (thrown != null) {
        desk.stop().halt("A unit could not be worked on: " + thrown.getMessage());
      }
      synchronized (Crew.this) {
        workers.remove(this);
        if (receipt != null) {
          ready.add(receipt);
        } else if (fault == null) {
          fault = thrown;
        }
      }
      allSent();
      synchronized (Crew.this) {
        Crew.this.notifyAll();
      }
    }
  }
}
