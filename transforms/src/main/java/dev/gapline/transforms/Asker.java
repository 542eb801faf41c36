package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.transforms.providers.Attempt;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Gate;
import dev.gapline.transforms.providers.Ledger;
import dev.gapline.transforms.providers.Request;
import dev.gapline.transforms.providers.Time;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Takes calls to their outcomes: from the ledger where they are settled, else through the budget,
 * the model's gate, the provider and the retry policy, back into the ledger.
 *
 * <p>This is the one place where these are composed. Of one call, in order: what is settled is
 * taken and costs nothing; the worst case of its group is set aside; a permit is taken; its intent
 * is kept before it is sent; what came back is kept before the permit is given back. A call that
 * will be made again gives its permit back while it waits. So no more answers are ever in doubt
 * than calls were in flight.
 *
 * <p>Belongs to one thread, which calls {@link #round} over and over; nothing in it depends on
 * units, so that a judge of single transcripts can use it as well.
 *
 * @param <T> what its owner wants to find with an outcome
 */
final class Asker<T> implements Closeable {

  private static final long STOP_CHECK_MILLIS = 200;

  /** What a call is for. */
  enum Kind {
    /** The first call of a trial. */
    TRIAL,
    /** A later turn of a trial's conversation. */
    TURN,
    /** A vote of a judge. */
    JUDGE
  }

  /** Calls that are bought together, such as the conditions of one block. */
  static final class Group {
    private final List<Asker<?>.Call> calls = new ArrayList<>();
    private boolean isBought;
    private boolean isBegun;
  }

  /** One call on its way; its request is made when it is first looked at. */
  final class Call {
    private final Group group;
    private final LegDesk.Model model;
    private final Supplier<Request> maker;
    private final T subject;
    private final Kind kind;
    private Request request;
    private Charge worst;
    private final List<FailureCategory> met = new ArrayList<>();
    private int refusals;
    private boolean owesReserve;
    private Gate.Permit permit;
    private CompletableFuture<Attempt> inFlight;
    private Attempt last;
    private Time.Alarm waiting;
    private long sentAtMillis;
    private long sentAtNanos;
    private Ledger.Entry entry;
    private boolean isReused;

    private Call(Group group, LegDesk.Model model, Supplier<Request> maker, T subject, Kind kind) {
      this.group = group;
      this.model = model;
      this.maker = maker;
      this.subject = subject;
      this.kind = kind;
      group.calls.add(this);
    }

    T subject() {
      return subject;
    }

    private boolean isInBatch() {
      return model.spec().mode() == ModelSpec.Mode.BATCH;
    }

    LegDesk.Model model() {
      return model;
    }

    Request request() {
      if (request == null) {
        request = maker.get();
        worst = Spending.worstOf(model.spec(), request);
      }
      return request;
    }

    /** The durable outcome; null until there is one. */
    Ledger.Entry entry() {
      return entry;
    }

    /** Whether an earlier leg had settled it. */
    boolean isReused() {
      return isReused;
    }
  }

  /**
   * What waits for one model, in its order: what follows from an answer goes first, so that the
   * answer is a row soon.
   */
  private final class Line {
    private final ArrayDeque<Call> following = new ArrayDeque<>();
    private final ArrayDeque<Call> first = new ArrayDeque<>();

    private ArrayDeque<Call> of(Call call) {
      return call.kind == Kind.TRIAL ? first : following;
    }

    /** The next call that may begin; null when there is none. */
    private Call next() {
      Call call = following.isEmpty() ? first.peek() : following.peek();
      return call == null || call.kind != Kind.TRIAL || mayBegin.test(call) ? call : null;
    }

    private Stream<Call> calls() {
      return Stream.concat(following.stream(), first.stream());
    }
  }

  /** Something that wakes the thread; what is not about it is null. */
  private record Event<C>(
      C came, Attempt attempt, Throwable fault, C due, String model, Gate.Permit permit) {}

  private final LegDesk desk;
  private final Ledger ledger;
  private final long place;
  private final Predicate<Call> mayBegin;
  private final Clock clock;
  private final Time time;
  private final Map<String, Line> waiting = new LinkedHashMap<>();
  private final Map<String, Gate.Permit> handed = new LinkedHashMap<>();
  private final Set<String> watched = new HashSet<>();
  private final Set<Call> backingOff = new HashSet<>();
  private final Set<Call> holding = new HashSet<>();
  private final LinkedBlockingQueue<Event<Call>> events = new LinkedBlockingQueue<>();
  private int notSent;
  private boolean isClosed;

  /**
   * An asker with nothing to ask yet.
   *
   * @param place in the plan: askers with a lower one are given permits first
   * @param mayBegin whether the owner has room for a call's outcome
   */
  Asker(LegDesk desk, Ledger ledger, long place, Predicate<Call> mayBegin, Clock clock) {
    this.desk = desk;
    this.ledger = ledger;
    this.place = place;
    this.mayBegin = mayBegin;
    this.clock = clock;
    this.time = desk.time();
  }

  /**
   * Adds a call; calls of one model are asked in the order in which they were added.
   *
   * @param group with which it is bought
   * @param maker makes the request when the call is first looked at
   */
  Call offer(Group group, LegDesk.Model model, Supplier<Request> maker, T subject) {
    return offer(new Call(group, model, maker, subject, Kind.TRIAL));
  }

  /** Adds a call that follows from an answer, after all such calls for the same model. */
  Call offerFollowing(
      Kind kind, Group group, LegDesk.Model model, Supplier<Request> maker, T subject) {
    return offer(new Call(group, model, maker, subject, kind));
  }

  /** Adds one before all others for the same model: a row waits for it alone. */
  Call offerNext(Kind kind, LegDesk.Model model, Supplier<Request> maker, T subject) {
    Call call = new Call(new Group(), model, maker, subject, kind);
    line(call).following.addFirst(call);
    notSent++;
    return call;
  }

  private Call offer(Call call) {
    line(call).of(call).add(call);
    notSent++;
    return call;
  }

  private Line line(Call call) {
    return waiting.computeIfAbsent(call.model.spec().id(), id -> new Line());
  }

  /** Ends the waiting of a round under way, from another thread. */
  void wake() {
    events.add(new Event<>(null, null, null, null, null, null));
  }

  /** Calls that were offered and were neither sent nor taken from the ledger. */
  int notSent() {
    return notSent;
  }

  /**
   * Whether the leg was stopped and nothing is left to wait for. What was begun before the stop, a
   * group of which one call was sent, is always brought to its end.
   */
  boolean isStopped() {
    return desk.stop().isRaised() && holding.isEmpty() && backingOff.isEmpty() && owed() == 0;
  }

  private long owed() {
    return waiting.values().stream()
        .flatMap(Line::calls)
        .filter(call -> !call.isInBatch())
        .takeWhile(this::isOwed)
        .count();
  }

  /**
   * Whether the call is made after a stop, too: its group was begun. What is left for a judge that
   * turns all calls away would be refused, and is not.
   */
  private boolean isOwed(Call call) {
    return call.group.isBegun
        && !call.isInBatch()
        && !(call.kind == Kind.JUDGE && desk.isTurnedAway(call.model.spec().id()));
  }

  /**
   * Sends what can be sent, and returns the calls that have got their outcomes; waits if there are
   * none, a moment at most.
   */
  List<Call> round() throws IOException, InterruptedException {
    List<Call> done = new ArrayList<>();
    List<Call> starting = startable(done);
    if (!starting.isEmpty()) {
      // A batch is written down by whoever hands it in, and is found again after a crash.
      List<Ledger.Intent> intents =
          starting.stream()
              .filter(call -> !call.isInBatch())
              .map(call -> new Ledger.Intent(call.request.key(), call.worst))
              .toList();
      if (!intents.isEmpty()) {
        ledger.intend(intents);
        ledger.keep();
      }
      starting.forEach(this::send);
    }
    boolean isIdle = done.isEmpty() && starting.isEmpty() && isStopped();
    settle(done.isEmpty() && !isIdle ? await() : drain(), done);
    return done;
  }

  /**
   * The calls that may be sent now, each with its permit. Those that the ledger holds are taken
   * from it on the way, after a stop too: they cost nothing, and a leg that stops early must not
   * lose what earlier ones paid.
   */
  private List<Call> startable(List<Call> done) throws IOException {
    List<Call> starting = new ArrayList<>();
    for (Map.Entry<String, Line> line : waiting.entrySet()) {
      for (Call call = line.getValue().next(); call != null; call = line.getValue().next()) {
        ArrayDeque<Call> queue = line.getValue().of(call);
        Optional<Ledger.Entry> settled =
            call.met.isEmpty() ? ledger.settled(call.request().key()) : Optional.empty();
        if (settled.isPresent()) {
          queue.remove();
          notSent--;
          call.isReused = !ledger.settledInThisLeg(call.request.key());
          finish(call, settled.get(), done);
        } else if (desk.stop().isRaised() && !isOwed(call)) {
          break;
        } else if (!buy(call)) {
          if (desk.spending().mayGetBack()) {
            break; // What is in flight may leave enough; nobody else would use it.
          }
          desk.stop().raise("The budget of the study does not cover the next block.");
          if (!call.group.isBegun) {
            break;
          }
          queue.remove();
          notSent--;
          giveUp(call, done);
        } else {
          Gate.Permit permit = permitFor(call);
          if (permit == null) {
            break;
          }
          queue.remove();
          notSent--;
          call.group.isBegun = true;
          call.permit = permit;
          holding.add(call);
          starting.add(call);
        }
      }
      giveBackUnused(line.getKey());
    }
    return starting;
  }

  private Gate.Permit permitFor(Call call) {
    String id = call.model.spec().id();
    Gate.Permit permit = handed.remove(id);
    if (permit == null) {
      permit = call.model.gate().tryAcquire(place, call.worst.tokens());
    }
    if (permit == null && watched.add(id)) {
      call.model
          .gate()
          .onFree(
              place,
              call.worst.tokens(),
              free -> {
                if (!hand(new Event<>(null, null, null, null, id, free))) {
                  call.model.gate().release(free, Gate.Ended.UNUSED, 0);
                }
              });
    }
    return permit;
  }

  /** A permit may come when nobody is there to take it any more. */
  private synchronized boolean hand(Event<Call> event) {
    return !isClosed && events.add(event);
  }

  private void giveBackUnused(String model) {
    Gate.Permit unused = handed.remove(model);
    if (unused != null) {
      desk.model(model).gate().release(unused, Gate.Ended.UNUSED, 0);
    }
  }

  /**
   * Sets the worst case of the call's whole group aside, once; says whether the budget covers it.
   */
  private boolean buy(Call call) throws IOException {
    if (call.owesReserve) {
      call.owesReserve = !desk.spending().reserve(call.worst);
      return !call.owesReserve;
    }
    if (!call.group.isBought) {
      Charge worst = Charge.NONE;
      for (Asker<?>.Call member : call.group.calls) {
        if (member.entry == null && ledger.settled(member.request().key()).isEmpty()) {
          worst = worst.plus(member.worst);
        }
      }
      call.group.isBought = desk.spending().reserve(worst);
    }
    return call.group.isBought;
  }

  private void send(Call call) {
    if (call.met.isEmpty()) {
      call.sentAtMillis = clock.millis();
      call.sentAtNanos = time.nanos();
    }
    call.inFlight = call.model.provider().ask(call.request);
    CompletableFuture<Attempt> unused =
        call.inFlight.whenComplete(
            (attempt, fault) -> events.add(new Event<>(call, attempt, fault, null, null, null)));
  }

  private List<Event<Call>> await() throws InterruptedException {
    List<Event<Call>> drained = new ArrayList<>();
    Event<Call> first = events.poll(STOP_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    if (first != null) {
      drained.add(first);
      events.drainTo(drained);
    } else {
      Optional<String> unused = desk.stop().reason(); // Hears a stop raised by another process.
    }
    return drained;
  }

  private List<Event<Call>> drain() {
    List<Event<Call>> drained = new ArrayList<>();
    events.drainTo(drained);
    return drained;
  }

  /** Makes what came back durable, and only then gives its permits back. */
  private void settle(List<Event<Call>> drained, List<Call> done) throws IOException {
    List<Call> came = new ArrayList<>();
    for (Event<Call> event : drained) {
      if (event.model != null) {
        watched.remove(event.model);
        handed.put(event.model, event.permit);
      } else if (event.due != null) {
        again(event.due);
      } else if (event.fault != null) {
        throw new CompletionException("A provider broke its promise.", event.fault);
      } else if (event.came != null) {
        came.add(event.came);
        came(event.came, event.attempt);
      }
    }
    if (desk.stop().isRaised()) {
      for (Call call : List.copyOf(backingOff)) {
        // It would be waited for, long perhaps; the next leg asks it again.
        giveUp(call, done);
      }
      for (Call call : List.copyOf(holding)) {
        if (call.isInBatch() && !call.inFlight.isDone()) {
          leave(call);
        }
      }
    }
    if (came.isEmpty()) {
      return;
    }
    ledger.keep();
    for (Call call : came) {
      Charge charge = chargeOf(call);
      if (call.entry != null) {
        desk.spending().settle(call.worst, charge);
        finish(call, call.entry, done);
      }
      // Last: whoever takes the permit must see a stop that this outcome has raised.
      release(call, call.last.isRefusal() ? Gate.Ended.REFUSED : Gate.Ended.TAKEN, charge.tokens());
    }
  }

  /** Writes what a call brought: its outcome, or that it will be made again. */
  private void came(Call call, Attempt attempt) throws IOException {
    call.last = attempt;
    attempt.exhausted().ifPresent(call.model.gate()::exhausted);
    Completion completion = attempt.completion();
    counts(call).came(attempt.isRefusal());
    if (attempt.isRefusal()) {
      call.refusals++;
    }
    int calls = call.met.size() + 1;
    Optional<Duration> wait =
        desk.stop().isRaised()
            ? Optional.empty()
            : call.model
                .retries()
                .waitAfter(
                    attempt,
                    calls - call.refusals,
                    call.refusals,
                    Duration.ofNanos(time.nanos() - call.sentAtNanos),
                    ThreadLocalRandom.current());
    Charge charge = chargeOf(call);
    if (wait.isEmpty()) {
      settle(call, completion, charge);
      return;
    }
    FailureCategory category = completion.failure().category();
    ledger.returned(new Ledger.Returned(call.request.key(), category, charge));
    counts(call).spent(charge.tokens(), charge.usd());
    call.met.add(category);
    // What may have been billed is spent; the next call has to be bought anew.
    call.owesReserve = category.mayBeBilled();
    if (call.owesReserve) {
      desk.spending().settle(call.worst, charge);
    }
    backingOff.add(call);
    call.waiting =
        time.after(wait.get(), () -> events.add(new Event<>(null, null, null, call, null, null)));
  }

  private Charge chargeOf(Call call) {
    return Spending.chargeOf(call.model.spec(), call.worst, call.last.completion());
  }

  private void again(Call call) {
    if (backingOff.remove(call)) {
      line(call).of(call).addFirst(call);
      notSent++;
    }
  }

  /** Settles a call that waits to be made again with what its last attempt brought. */
  private void giveUp(Call call, List<Call> done) throws IOException {
    if (backingOff.remove(call)) {
      call.waiting.cancel();
    }
    call.met.remove(call.met.size() - 1);
    settle(call, call.last.completion(), Charge.NONE);
    ledger.keep();
    if (!call.owesReserve) {
      desk.spending().settle(call.worst, Charge.NONE);
    }
    finish(call, call.entry, done);
  }

  /** Leaves a call in its batch, which may take a day: the next leg finds it there. */
  private void leave(Call call) throws IOException {
    call.inFlight.cancel(true);
    desk.spending().settle(call.worst, Charge.NONE);
    release(call, Gate.Ended.UNUSED, 0);
  }

  private void settle(Call call, Completion completion, Charge charge) throws IOException {
    call.entry =
        new Ledger.Entry(
            call.request.key(),
            call.request.trial().text(),
            after(call.met.size() + 1, completion),
            call.met,
            call.sentAtMillis,
            TimeUnit.NANOSECONDS.toMillis(time.nanos() - call.sentAtNanos),
            UnitPart.costOf(call.model.spec(), completion.response()),
            charge);
    ledger.settle(call.entry);
    counts(call)
        .settled(completion.isFailure() && completion.failure().category().isProviderFailure());
    counts(call).spent(charge.tokens(), charge.usd());
  }

  private ModelCounts counts(Call call) {
    return desk.counts().get(call.model.spec().id());
  }

  private static Completion after(int calls, Completion completion) {
    if (completion.isFailure()) {
      Failure failure = completion.failure();
      return Completion.of(new Failure(failure.category(), failure.message(), calls));
    }
    return Completion.of(completion.response().afterAttempts(calls));
  }

  private void finish(Call call, Ledger.Entry entry, List<Call> done) {
    call.entry = entry;
    String model = call.model.spec().id();
    switch (call.kind) {
      case TRIAL -> desk.settled(model, entry.completion(), call.isReused);
      case TURN -> desk.continued(model, entry.completion(), call.isReused);
      case JUDGE -> desk.judged(model, entry.completion(), call.isReused);
    }
    done.add(call);
  }

  private void release(Call call, Gate.Ended how, long usedTokens) {
    Gate.Permit permit = call.permit;
    call.permit = null;
    holding.remove(call);
    call.model.gate().release(permit, how, usedTokens);
  }

  /** Breaks off what is in flight, and gives all permits back. */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
    }
    for (Call call : backingOff) {
      call.waiting.cancel();
    }
    for (Call call : List.copyOf(holding)) {
      if (call.inFlight != null) {
        call.inFlight.cancel(true);
      }
      release(call, Gate.Ended.TAKEN, call.worst.tokens());
    }
    for (Event<Call> event : drain()) {
      if (event.model != null) {
        handed.put(event.model, event.permit);
      }
    }
    List.copyOf(handed.keySet()).forEach(this::giveBackUnused);
  }
}
