package dev.gapline.pipeline.runs;

import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.Leg;
import dev.gapline.transforms.LegDesk;
import dev.gapline.transforms.Progress;
import dev.gapline.transforms.RunState;
import java.io.PrintWriter;
import java.time.Duration;
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
    int seconds = onTerminal ? 1 : 5;
    var unused =
        ticks.scheduleAtFixedRate(() -> tick(leg, began), seconds, seconds, TimeUnit.SECONDS);
    return () -> {
      ticks.shutdown();
      if (onTerminal) {
        out.println();
      }
      out.flush();
    };
  }

  private void tick(Leg leg, long began) {
    Optional<LegDesk> desk = LegDesk.of(leg);
    if (desk.isEmpty()) {
      return;
    }
    Progress progress = desk.get().progress();
    double elapsed = (System.nanoTime() - began) / 1e9;
    double rate = (progress.settled() - progress.reused()) / elapsed;
    String line =
        String.format(
            Locale.ROOT,
            "%,d of %,d settled (%.0f%%), %,.0f a second, %,d failed, %,d reused, %,d open, %s, %s"
                + " left",
            progress.settled(),
            plan.trials(),
            100.0 * progress.settled() / plan.trials(),
            rate,
            progress.failed(),
            progress.reused(),
            desk.get().open(),
            Spend.text(desk.get().spent(), RunState.Budget.of(leg.study())),
            left(rate, plan.trials() - progress.settled()));
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
