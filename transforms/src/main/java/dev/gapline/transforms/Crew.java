package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Units;
import dev.gapline.schemas.WorkUnit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on the units of a leg in the order of the plan, whatever order the runner hands them out
 * in.
 *
 * <p>An element of the pipeline is a ticket: it is answered with its unit's receipt once all units
 * have ended, and does not say when its unit is worked on. So a stop ends the tables where the plan
 * was, an element that the runner tries again brings what it brought before, and a unit that waits
 * for one slow answer holds up nobody: when all its calls are sent, the next unit is begun. As many
 * units send at once as there are lanes here; a unit that only waits costs its pending rows, which
 * are bounded. All tickets wait for the last unit, so that every lane stays, and with it its part
 * of the limits, and so that no thread of a runner looks for more work where there is none.
 *
 * <p>Where the lanes of a leg lie in several processes, each has a crew, and units are taken one by
 * one by whoever has room ({@link SharedUnits}): a slow process takes fewer, one that comes late
 * helps with what is left, and those of a process that died are begun again elsewhere, with what
 * was settled in the ledger.
 */
final class Crew {

  private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
  private static final int MOST_OPEN = 128;
  private static final long MOST_PENDING_CHARS = 96L << 20;
  private static final long LOOK_MILLIS = 1_000;

  /** A unit that fails so often, wherever, fails for a reason that will not pass. */
  private static final int MOST_FAULTS = 3;

  private final Leg leg;
  private final StudyPlan plan;
  private final LegDesk desk;
  private final Units units;
  private final Map<Long, Worker> workers = new HashMap<>();

  /** Taken over from processes that are gone, and not begun again yet. */
  private final Deque<Long> orphans = new ArrayDeque<>();

  /** Null where all lanes are in this process. */
  private SharedUnits shared;

  private ScheduledExecutorService looks;
  private long next;
  private int sending;
  private Throwable fault;
  private boolean isClosed;

  Crew(Leg leg, LegDesk desk) {
    this.leg = leg;
    this.plan = StudyPlan.of(leg.study());
    this.desk = desk;
    this.units = plan.units(leg.lanes());
  }

  /** Joins the other processes of the leg, where there may be some. */
  void open() throws IOException {
    if (!leg.isSpread()) {
      return;
    }
    shared = new SharedUnits(leg, units, desk::state, desk.time()::nanos);
    looks =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "gapline workers");
              thread.setDaemon(true);
              return thread;
            });
    long millis = Math.max(LOOK_MILLIS, 2 * leg.folder().store().pace().toMillis());
    var unused = looks.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Works on units until all of the leg have ended, or a moment has passed; says which.
   *
   * @throws IOException if any unit failed here; what was in flight in the others has been settled
   *     then
   */
  synchronized boolean haveAllEnded() throws IOException, InterruptedException {
    begin();
    long until = desk.time().nanos() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    while (!hasEnded()) {
      if (fault != null && workers.isEmpty()) {
        throw new IOException("A unit could not be worked on: " + fault.getMessage(), fault);
      }
      long left = TimeUnit.NANOSECONDS.toMillis(until - desk.time().nanos());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** The receipt of that unit; works on units until all of the leg have ended. */
  Receipt receiptFor(long ticket) throws IOException, InterruptedException {
    while (!haveAllEnded()) {
      // It has waited a moment.
    }
    WorkUnit unit = units.unit(ticket);
    Optional<Receipt> receipt = Receipts.read(leg.folder(), leg.name(), unit);
    if (receipt.isEmpty() && desk.stop().reason().isEmpty()) {
      throw new IllegalStateException("The receipt of unit " + ticket + " is missing.");
    }
    return receipt.orElseGet(() -> UnitPart.nothing(unit, plan));
  }

  private boolean hasEnded() {
    return workers.isEmpty()
        && orphans.isEmpty()
        && next >= units.count()
        && (shared == null || shared.haveOthersEnded());
  }

  /** Begins the next units while there is room for them. */
  synchronized void begin() throws IOException {
    while (!isClosed
        && fault == null
        && (next < units.count() || !orphans.isEmpty())
        && sending < desk.lanes()
        && workers.size() < MOST_OPEN
        && (workers.isEmpty() || desk.pending().get() < MOST_PENDING_CHARS)) {
      Long orphan = orphans.poll();
      long number = orphan != null ? orphan : next++;
      if (orphan != null || shared == null || isTaken(number)) {
        sending++;
        Worker worker = new Worker(units.unit(number));
        workers.put(number, worker);
        worker.start();
      }
    }
    if (hasEnded()) {
      notifyAll();
    }
  }

  private boolean isTaken(long number) throws IOException {
    try {
      return shared.take(number);
    } catch (IOException e) {
      next = number; // It is asked for again, and may be ours by then.
      throw e;
    }
  }

  /** Looks at the other processes and for a stop that one of them raised, every second. */
  private void look() {
    try {
      Optional<String> unused = desk.stop().reason();
      synchronized (this) {
        if (isClosed) {
          return;
        }
        for (long lost : shared.lost()) {
          LOG.warn("Unit {} was taken over while this process was silent.", lost);
          Worker worker = workers.get(lost);
          if (worker != null) {
            worker.isOvertaken = true;
            worker.interrupt();
          }
        }
        orphans.addAll(shared.look());
        begin();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("The other workers could not be looked at: {}", e.getMessage());
    }
  }

  /** Ends all work at once: what is in flight is broken off. */
  void close() {
    List<Worker> open;
    synchronized (this) {
      isClosed = true;
      open = List.copyOf(workers.values());
    }
    // A runner that cancels interrupts; what has to be said to the others is said all the same.
    boolean wasInterrupted = Thread.interrupted();
    for (Worker worker : open) {
      worker.interrupt();
    }
    for (Worker worker : open) {
      wasInterrupted |= joinInterrupted(worker);
    }
    if (shared != null) {
      looks.shutdown();
      try {
        shared.leave();
      } catch (IOException e) {
        LOG.warn("The others will take this process for dead: {}", e.getMessage());
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the worker's end whatever comes; says whether an interrupt came. */
  private static boolean joinInterrupted(Worker worker) {
    boolean wasInterrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
    }
    return wasInterrupted;
  }

  /** The thread of one unit. */
  private final class Worker extends Thread {
    private final WorkUnit unit;
    private boolean isSending = true;
    private boolean isOvertaken;

    Worker(WorkUnit unit) {
      super("gapline " + unit.fileName());
      this.unit = unit;
      setDaemon(true);
    }

    @Override
    public void run() {
      Throwable thrown = null;
      try {
        var unused = UnitWork.run(leg, plan, desk, Clock.systemUTC(), unit, this::allSent);
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        thrown = e;
      }
      ended(thrown);
    }

    private void allSent() {
      synchronized (Crew.this) {
        if (isSending) {
          isSending = false;
          sending--;
        }
        beginMore();
      }
    }

    private void ended(Throwable thrown) {
      boolean isFirstFault;
      synchronized (Crew.this) {
        isFirstFault = thrown != null && !isOvertaken && !isClosed && fault == null;
        if (isFirstFault) {
          fault = thrown; // Nothing more is begun here.
        }
      }
      if (isFirstFault) {
        note(unit, thrown);
        desk.stop().halt("A unit could not be worked on: " + thrown.getMessage());
      }
      synchronized (Crew.this) {
        workers.remove(unit.number());
        if (shared != null && thrown == null) {
          shared.ended(unit.number());
        }
        allSent();
        Crew.this.notifyAll();
      }
    }

    private void beginMore() {
      try {
        begin();
      } catch (IOException | RuntimeException e) {
        if (fault == null) {
          fault = e;
        }
      }
    }
  }

  /**
   * Counts a fault of a spread leg, whose runner would try for ever: what failed time after time
   * stops the leg.
   */
  private void note(WorkUnit unit, Throwable thrown) {
    if (shared == null || thrown instanceof Overtaken) {
      return;
    }
    String what = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
    LOG.error("A unit could not be worked on.", thrown);
    try {
      byte[] noted = (Workers.process() + ": " + what + "\n").getBytes(StandardCharsets.UTF_8);
      int number = 1;
      while (!leg.folder()
          .store()
          .createIfAbsent(RunNames.fault(leg.name(), unit, number), noted)) {
        number++;
      }
      if (number >= MOST_FAULTS) {
        desk.stop().raise("A unit failed %d times. The last time: %s".formatted(number, what));
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("The fault could not be noted.", e);
    }
  }
}
