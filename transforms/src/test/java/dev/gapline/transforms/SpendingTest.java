package dev.gapline.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.TrialId;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpendingTest {

  private static final ModelSpec MODEL = Samples.model("sim/a", Samples.planted(0.5, 0, 0));

  /** At most 4 + 16 tokens of prompt and 100 of answer. */
  private static final Request CALL =
      new Request(
          new TrialId("t"),
          "weather",
          "q",
          "base",
          "sim",
          "a",
          List.of(new Message("user", "\u20acx")),
          Temperature.of("1"),
          100,
          1,
          new TreeMap<>(),
          null);

  private static final Charge WORST = Spending.worstOf(MODEL, CALL);

  @TempDir private Path folder;

  private Spending tokens(long ceiling, long spent) {
    return new Spending(new Samples().budgetTokens(ceiling).study(), new Charge(spent, 0), fresh());
  }

  /** Grants of which none is claimed. */
  private Grants fresh() {
    try {
      return grantsIn(Files.createTempDirectory(folder, "run"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Grants grantsIn(Path run) {
    return Grants.of(RunFolder.at(run), "001");
  }

  @Test
  void theWorstCaseOfACallMustFit() {
    assertTrue(tokens(120, 0).reserve(WORST));
    assertFalse(tokens(119, 0).reserve(WORST));
    assertFalse(tokens(120, 1).reserve(WORST), "earlier legs count");
  }

  @Test
  void aBlockIsBoughtWholeOrNotAtAll() {
    Spending spending = tokens(239, 0);
    assertFalse(spending.reserve(WORST.plus(WORST)));
    assertTrue(spending.reserve(WORST), "the refused block set nothing aside");
    assertTrue(spending.reserve(Charge.NONE), "what was paid before costs nothing");
  }

  @Test
  void anAnswerGivesBackWhatItDidNotUse() {
    Spending spending = tokens(240, 0);
    assertTrue(spending.reserve(WORST.plus(WORST)));
    assertFalse(spending.reserve(WORST));
    spending.settle(WORST, used(10L, 10L));
    assertFalse(spending.reserve(WORST), "100 are free, 120 are needed");
    spending.settle(WORST, used(10L, 10L));
    assertTrue(spending.reserve(WORST));
  }

  @Test
  void anAnswerThatDoesNotSayItsTokensKeepsItsWorstCase() {
    Spending spending = tokens(240, 0);
    assertTrue(spending.reserve(WORST.plus(WORST)));
    spending.settle(WORST, used(null, 10L));
    spending.settle(WORST, used(10L, null));
    assertFalse(spending.reserve(WORST));
  }

  @Test
  void withoutACeilingEverythingFits() {
    Spending spending =
        new Spending(new Samples().study(), new Charge(1L << 60, 1e9), grantsIn(folder));
    assertTrue(spending.reserve(WORST));
    spending.settle(WORST, used(10L, 10L));
    assertEquals((1L << 60) + 20, spending.spent().tokens());
    assertFalse(Files.exists(RunFolder.at(folder).ledger()), "nothing touches the disk");
  }

  @Test
  void aWorkerClaimsNoMoreThanItNeeds() throws IOException {
    Spending spending =
        new Spending(new Samples().budgetTokens(2_000L).study(), Charge.NONE, grantsIn(folder));
    assertTrue(spending.reserve(new Charge(25, 0)));
    assertTrue(spending.reserve(new Charge(5, 0)));
    assertEquals(List.of("000", "001", "002"), claimed());
    assertFalse(spending.reserve(new Charge(1_971, 0)));
    assertEquals(List.of("000", "001", "002"), claimed(), "what cannot fit claims nothing");
  }

  @Test
  void theGrantsOfAWorkerThatDiedAreSpentInThisLegAndNotInTheNext() {
    Study study = new Samples().budgetTokens(200L).study();
    assertTrue(new Spending(study, Charge.NONE, grantsIn(folder)).reserve(new Charge(150, 0)));
    Spending after = new Spending(study, Charge.NONE, grantsIn(folder));
    assertFalse(after.reserve(new Charge(51, 0)));
    assertTrue(after.reserve(new Charge(50, 0)));
    // Of the 150 the ledger shows 20, and the next leg has grants of its own.
    Spending next = new Spending(study, new Charge(20, 0), Grants.of(RunFolder.at(folder), "002"));
    assertTrue(next.reserve(new Charge(180, 0)));
  }

  @Test
  void aCeilingInDollarsIsSpentToItsLastCent() {
    Spending spending =
        new Spending(withUsd(0.7), new Charge(1_000, 0.1), Grants.of(RunFolder.at(folder), "001"));
    double left = 0.7 - 0.1;
    assertFalse(spending.reserve(new Charge(1, Math.nextUp(left))));
    assertTrue(spending.reserve(new Charge(1, left)));
    assertFalse(spending.reserve(new Charge(1, 1e-9)));
  }

  /** What is set aside over a ceiling, by many hands at once. */
  @RepeatedTest(20)
  void whateverWorkersDoTheyNeverSetAsideMoreThanTheCeiling(RepetitionInfo info)
      throws InterruptedException {
    Random random = new Random(info.getCurrentRepetition());
    long ceiling = 1L + random.nextInt(20_000);
    long largest = 1L + random.nextInt(400);
    Study study = new Samples().budgetTokens(ceiling).study();
    AtomicLong sum = new AtomicLong();
    AtomicLong most = new AtomicLong();
    List<Spending> workers = new ArrayList<>();
    List<Thread> lanes = new ArrayList<>();
    for (int worker = 0; worker < 2; worker++) {
      Spending spending = new Spending(study, Charge.NONE, grantsIn(folder));
      workers.add(spending);
      for (int lane = 0; lane < 3; lane++) {
        long seed = random.nextLong();
        lanes.add(new Thread(() -> spend(spending, new Random(seed), largest, sum, most)));
      }
    }
    lanes.forEach(Thread::start);
    for (Thread lane : lanes) {
      lane.join();
    }
    assertTrue(most.get() <= ceiling, most + " of " + ceiling);
    // Nothing is lost: what both hold in the end can be set aside to the last token.
    long end = sum.get();
    for (Spending spending : workers) {
      while (spending.reserve(new Charge(1, 0))) {
        end++;
      }
    }
    assertEquals(ceiling, end);
  }

  private static void spend(
      Spending spending, Random random, long largest, AtomicLong sum, AtomicLong most) {
    for (int i = 0; i < 300; i++) {
      long worst = 1 + random.nextLong(largest);
      if (spending.reserve(new Charge(worst, 0))) {
        // The sum is taken back before it is given back, so that it is never too high by itself.
        most.accumulateAndGet(sum.addAndGet(worst), Math::max);
        long used = random.nextInt(3) == 0 ? worst : random.nextLong(1 + worst / 4);
        sum.addAndGet(used - worst);
        spending.settle(new Charge(worst, 0), new Charge(used, 0));
      }
    }
  }

  private List<String> claimed() throws IOException {
    try (Stream<Path> files = Files.list(RunFolder.at(folder).ledger("001").resolve("grants"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Study withUsd(double usd) {
    return new Samples().budgetUsd(usd).study();
  }

  private static Charge used(Long prompt, Long completion) {
    return Spending.chargeOf(
        MODEL,
        WORST,
        Completion.of(new Response("x", null, null, null, prompt, completion, null, 1)));
  }
}
