package dev.gapline.pipeline.runs;

import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.Leg;
import dev.gapline.transforms.LegDesk;
import dev.gapline.transforms.Progress;
import dev.gapline.transforms.RunState;
import dev.gapline.transforms.WorkerState;
import dev.gapline.transforms.Workers;
import dev.gapline.transforms.providers.Charge;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Says how far a run has come: settled of planned, rate, failures, calls that are open, what is
 * spent, time left. On a terminal one line is written over again every second, elsewhere a plain
 * line every five.
 */
public final class Progressing implements StudyRun.Messages {

  private final StudyPlan plan;
  private final PrintWriter out;
  private final boolean onTerminal = Terminal.find().isPresent();

  /** Progress of that plan, written to {@code out}. */
  public Progressing(StudyPlan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  @Override
  public void say(String line) {
    out.println(line);
    out.flush();
  }

  @Override
  public AutoCloseable watch(Leg leg) {
    say(String.format(Locale.ROOT, "%s: %,d trials", leg.study().name(), plan.trials()));
    ScheduledExecutorService ticks =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
    long began = System.nanoTime();
    Workers workers = Workers.of(leg.folder(), leg.name(), System::nanoTime);
    int seconds = onTerminal ? 1 : 5;
    var unused =
        ticks.scheduleAtFixedRate(
            () -> tick(leg, workers, began), seconds, seconds, TimeUnit.SECONDS);
    return () -> {
      ticks.shutdown();
      if (onTerminal) {
        out.println();
      }
      out.flush();
    };
  }

  /** How far it has come, over all processes that work on the leg. */
  private record Standing(long settled, long reused, long failed, long open, Charge spent) {

    static Standing of(LegDesk desk) {
      Progress progress = desk.progress();
      return new Standing(
          progress.settled(), progress.reused(), progress.failed(), desk.open(), desk.spent());
    }

    /** Of a spread leg: what its workers said last. */
    static Standing of(Leg leg, List<WorkerState> workers) {
      Standing sum = new Standing(0, 0, 0, 0, leg.earlier().charge());
      for (WorkerState worker : workers) {
        sum =
            new Standing(
                sum.settled + worker.settled(),
                sum.reused + worker.reused(),
                sum.failed + worker.failed(),
                sum.open + worker.open(),
                sum.spent.plus(new Charge(worker.tokens(), worker.usd())));
      }
      return sum;
    }
  }

  private static Optional<Standing> standing(Leg leg, Workers workers) {
    if (!leg.isSpread()) {
      return LegDesk.of(leg).map(Standing::of);
    }
    try {
      return Optional.of(Standing.of(leg, workers.states()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void tick(Leg leg, Workers workers, long began) {
    Optional<Standing> known = standing(leg, workers);
    if (known.isEmpty()) {
      return;
    }
    Standing now = known.get();
    double elapsed = (System.nanoTime() - began) / 1e9;
    double rate = (now.settled() - now.reused()) / elapsed;
    // What a process that died had settled is counted again by the one that goes on with it.
    long settled = Math.min(now.settled(), plan.trials());
    String line =
        String.format(
            Locale.ROOT,
            "%,d of %,d settled (%.0f%%), %,.0f a second, %,d failed, %,d reused, %,d open, %s, %s"
                + " left",
            settled,
            plan.trials(),
            100.0 * settled / plan.trials(),
            rate,
            now.failed(),
            now.reused(),
            now.open(),
            Spend.text(now.spent(), RunState.Budget.of(leg.study())),
            left(rate, plan.trials() - settled));
    if (onTerminal) {
      out.print("\r" + line + "   ");
    } else {
      out.println(line);
    }
    out.flush();
  }

  private static String left(double rate, long trials) {
    if (rate <= 0) {
      return "unknown time";
    }
    Duration left = Duration.ofSeconds(Math.round(trials / rate));
    return "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart());
  }
}
