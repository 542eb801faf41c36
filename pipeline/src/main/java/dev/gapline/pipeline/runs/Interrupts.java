package dev.gapline.pipeline.runs;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Hears Ctrl-C, and {@code TERM} likewise, in place of the JVM. Only the first is heard: the second
 * ends the process at once, as always.
 *
 * <p>A shutdown hook would be simpler, but the JVM starts all hooks together, and those of Flink
 * take away under a run's feet what it needs to end in order. The JDK's own class is reached by its
 * name because the compiler's warning at its sight cannot be suppressed; where it is missing, or
 * the JVM was told to leave signals alone, the first Ctrl-C ends the process, and the ledger has
 * what was settled.
 */
final class Interrupts implements AutoCloseable {

  private static final List<String> SIGNALS = List.of("INT", "TERM");

  private record Replaced(Object signal, Object handler) {}

  private final List<Replaced> replaced = new ArrayList<>();

  private Interrupts() {}

  /** Runs {@code heard} once, on a thread of its own, if a signal comes before this is closed. */
  static Interrupts to(Runnable heard) {
    Interrupts interrupts = new Interrupts();
    for (String name : SIGNALS) {
      interrupts.replace(name, heard);
    }
    return interrupts;
  }

  private void replace(String name, Runnable heard) {
    try {
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object signal =
          Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
      Object ours =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle") && giveBack()) {
                  heard.run();
                }
                return null;
              });
      synchronized (this) {
        replaced.add(new Replaced(signal, handle(signal, ours)));
      }
    } catch (ReflectiveOperationException e) {
      // As said above: it goes without.
    }
  }

  private static Object handle(Object signal, Object handler) throws ReflectiveOperationException {
    return Class.forName("sun.misc.Signal")
        .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal, handler);
  }

  /** Gives all signals back to whom they belonged; says whether they were still ours. */
  private synchronized boolean giveBack() throws ReflectiveOperationException {
    boolean wereOurs = !replaced.isEmpty();
    for (Replaced one : replaced) {
      Object unused = handle(one.signal(), one.handler());
    }
    replaced.clear();
    return wereOurs;
  }

  @Override
  public void close() {
    try {
      boolean unused = giveBack();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("A signal could be taken and not be given back.", e);
    }
  }
}
