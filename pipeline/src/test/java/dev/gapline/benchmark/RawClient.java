package dev.gapline.benchmark;

import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.PlannedCalls;
import dev.gapline.transforms.providers.Gate;
import dev.gapline.transforms.providers.Provider;
import dev.gapline.transforms.providers.Providers;
import dev.gapline.transforms.providers.Request;
import dev.gapline.transforms.providers.SystemTime;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Gapline's client without Gapline: asks the trials of a study of one scenario and one model in
 * order, as many at a time as the study allows, once each, and keeps nothing. What it needs is what
 * the engine, the ledger and the tables are measured against.
 */
final class RawClient {

  private RawClient() {}

  /** Asks the trials of the study file that is the one argument; prints how many. */
  public static void main(String[] arguments) throws InterruptedException {
    Study study = StudyFile.read(Path.of(arguments[0]));
    StudyPlan plan = StudyPlan.of(study);
    ModelSpec model = study.models().get(0);
    PlannedCalls calls = PlannedCalls.of(plan);
    SystemTime time = new SystemTime(model.id());
    Gate gate =
        new Gate(model.maxInFlight(), model.requestsPerMinute(), model.tokensPerMinute(), time);
    CountDownLatch asked = new CountDownLatch(Math.toIntExact(plan.trials()));
    try (Provider provider = Providers.open(model, study, time, System::getenv, null)) {
      for (long place = 0; place < plan.trials(); place++) {
        Request request = calls.request(plan.trial(place));
        Gate.Permit permit = acquire(gate);
        var unused =
            provider
                .ask(request)
                .whenComplete(
                    (attempt, fault) -> {
                      gate.release(permit, Gate.Ended.TAKEN, 0);
                      asked.countDown();
                    });
      }
      asked.await();
    }
    time.close();
    System.out.println(plan.trials());
  }

  private static Gate.Permit acquire(Gate gate) throws InterruptedException {
    BlockingQueue<Gate.Permit> handed = new ArrayBlockingQueue<>(1);
    gate.onFree(0, 0, handed::add);
    return handed.take();
  }
}
