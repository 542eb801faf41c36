package dev.gapline.transforms;

import dev.gapline.schemas.Units;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Which process works on which unit of a spread leg. A unit belongs to whoever creates its claim; a
 * claim of a process that is gone is overruled by the next generation, which again one process can
 * create. Nobody asks anybody: the store decides. Guarded by its crew.
 */
final class SharedUnits {

  /** Who has a unit. */
  private record Claim(int generation, String worker) {}

  private final Store store;
  private final String leg;
  private final Units units;
  private final Workers workers;
  private final String me = Workers.newName();
  private final Supplier<WorkerState> state;
  private final Map<Long, Claim> mine = new HashMap<>();
  private final TreeMap<Long, Claim> elsewhere = new TreeMap<>();

  /** Taken over and not handed out yet: a look that fails half way loses none. */
  private final List<Long> taken = new ArrayList<>();

  /**
   * Joins the processes of the leg.
   *
   * @param state of this process, as often as it is asked for
   */
  SharedUnits(Leg leg, Units units, Supplier<WorkerState> state, LongSupplier nanos)
      throws IOException {
    this.store = leg.folder().store();
    this.leg = leg.name();
    this.units = units;
    this.state = state;
    this.workers = Workers.of(leg.folder(), leg.name(), nanos);
    say();
  }

  /** Claims the unit for this process; says whether nobody had it. */
  boolean take(long unit) throws IOException {
    if (!store.exists(name(unit, 1)) && create(unit, 1)) {
      mine.put(unit, new Claim(1, me));
      return true;
    }
    Claim stands = stands(unit);
    boolean isMine = stands.worker().equals(me);
    (isMine ? mine : elsewhere).put(unit, stands);
    return isMine;
  }

  /** The unit has ended here: its receipt stands. */
  void ended(long unit) {
    mine.remove(unit);
  }

  /** Whether every unit that another process took has ended, as far as was looked. */
  boolean haveOthersEnded() {
    return elsewhere.isEmpty();
  }

  /**
   * Says that this process is alive, looks at the others, and takes over what those began that are
   * gone; returns the units that are this process's now.
   */
  List<Long> look() throws IOException {
    say();
    var unused = workers.look();
    Iterator<Map.Entry<Long, Claim>> claims = elsewhere.entrySet().iterator();
    while (claims.hasNext()) {
      Map.Entry<Long, Claim> claim = claims.next();
      long unit = claim.getKey();
      if (store.exists(RunNames.receipt(leg, units.unit(unit)))) {
        claims.remove();
      } else if (workers.isGone(claim.getValue().worker())) {
        int next = claim.getValue().generation() + 1;
        if (create(unit, next)) {
          mine.put(unit, new Claim(next, me));
          taken.add(unit);
          claims.remove();
        } else {
          claim.setValue(stands(unit));
        }
      }
    }
    List<Long> now = List.copyOf(taken);
    taken.clear();
    return now;
  }

  /**
   * The units of this process that others have taken over, because it was not heard for a while.
   * They count as theirs from then on.
   */
  List<Long> lost() throws IOException {
    List<Long> lost = new ArrayList<>();
    for (Map.Entry<Long, Claim> claim : mine.entrySet()) {
      if (store.exists(name(claim.getKey(), claim.getValue().generation() + 1))) {
        lost.add(claim.getKey());
      }
    }
    for (long unit : lost) {
      mine.remove(unit);
      elsewhere.put(unit, stands(unit));
    }
    return lost;
  }

  /** Says that this process leaves: what it has not ended is anybody's. */
  void leave() throws IOException {
    workers.say(me, state.get().left());
  }

  private void say() throws IOException {
    workers.say(me, state.get());
  }

  private boolean create(long unit, int generation) throws IOException {
    return store.createIfAbsent(name(unit, generation), me.getBytes(StandardCharsets.UTF_8));
  }

  /** The claim of the highest generation. */
  private Claim stands(long unit) throws IOException {
    Claim stands = null;
    for (int generation = 1; ; generation++) {
      Optional<byte[]> claim = store.read(name(unit, generation));
      if (claim.isEmpty()) {
        break;
      }
      stands = new Claim(generation, new String(claim.get(), StandardCharsets.UTF_8));
    }
    if (stands == null) {
      throw new IOException("The claim of unit " + unit + " vanished.");
    }
    return stands;
  }

  private String name(long unit, int generation) {
    return RunNames.unitClaim(leg, units.unit(unit), generation);
  }
}
