package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Ledger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;

/**
 * How long it takes to start a run that has settled much already: builds a ledger of answers of
 * some 2 kB in FOLDER, if it is empty, then indexes it twice and looks answers up. Not a test: it
 * is started by hand, as {@code EarlierLegsBenchmark FOLDER ANSWERS}, with {@code -Xmx1g}.
 */
public final class EarlierLegsBenchmark {

  private static final int PER_UNIT = 5_000;
  private static final int PER_FORCE = 64;
  private static final int WORDS = 300;

  private EarlierLegsBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    RunFolder folder = RunFolder.at(Path.of(arguments[0]));
    int answers = Integer.parseInt(arguments[1]);
    if (!Files.exists(folder.ledger())) {
      build(folder, answers);
    }
    LegFiles.all(folder.store()).keySet().forEach(leg -> forget(folder, leg));
    index(folder, "without a kept index");
    index(folder, "with a kept index");
    try (EarlierLegs earlier = EarlierLegs.open(folder, "002")) {
      find(earlier, answers, "in the order of the plan", false);
      find(earlier, answers, "in random order", true);
    }
  }

  private static void forget(RunFolder folder, String leg) {
    try {
      folder.store().delete(RunNames.ownIndex(leg));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void build(RunFolder folder, int answers) throws Exception {
    EarlierLegs.index(folder, "001");
    Random random = new Random(7);
    long began = System.nanoTime();
    try (EarlierLegs none = EarlierLegs.open(folder, "001")) {
      for (int unit = 0; unit * PER_UNIT < answers; unit++) {
        try (UnitLedger ledger =
            UnitLedger.open(folder, "001", new WorkUnit(unit, 0, PER_UNIT), none)) {
          for (int i = unit * PER_UNIT; i < (unit + 1) * PER_UNIT; i++) {
            ledger.intend(List.of(new Ledger.Intent(key(i), new Charge(2_000, 0.01))));
            ledger.settle(entry(i, random));
            if (i % PER_FORCE == 0) {
              ledger.keep();
            }
          }
        }
      }
    }
    said("built", began);
  }

  private static void index(RunFolder folder, String how) throws Exception {
    long began = System.nanoTime();
    System.out.println(EarlierLegs.index(folder.store(), "002", Clock.systemUTC()));
    said("index " + how, began);
  }

  private static void find(EarlierLegs earlier, int answers, String how, boolean isRandom)
      throws Exception {
    int finds = Math.min(100_000, answers);
    Random random = new Random(8);
    long began = System.nanoTime();
    for (int i = 0; i < finds; i++) {
      int which = isRandom ? random.nextInt(answers) : i;
      if (earlier.find(key(which)).isEmpty()) {
        throw new IllegalStateException("Answer " + which + " is not found.");
      }
    }
    said(finds + " finds " + how, began);
  }

  private static void said(String what, long began) {
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        "%s: %.2f s, heap %d MB%n",
        what,
        (System.nanoTime() - began) / 1e9,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20);
  }

  private static Ledger.Entry entry(int i, Random random) {
    StringBuilder text = new StringBuilder();
    for (int word = 0; word < WORDS; word++) {
      text.append(Integer.toString(random.nextInt(100_000), 36)).append(' ');
    }
    text.append("x".repeat(Math.max(0, 2_000 - text.length())));
    return new Ledger.Entry(
        key(i),
        "trial " + i,
        Completion.of(new Response(text.toString(), null, "stop", "m-1", 500L, 400L, null, 1)),
        List.of(),
        1_700_000_000_000L + i,
        800,
        0.001,
        new Charge(900, 0.001));
  }

  private static String key(int i) {
    return Hashing.hex(16, "benchmark", Integer.toString(i));
  }
}
