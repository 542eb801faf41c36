package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class SystemTimeTest {

  private final SystemTime time = new SystemTime("test");
  private final List<String> rung = new CopyOnWriteArrayList<>();

  @Test
  void anAlarmRingsOnADaemonThread() {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    Time.Alarm unused =
        time.after(Duration.ofMillis(1), () -> thread.complete(Thread.currentThread()));
    assertTrue(thread.join().isDaemon());
    assertTrue(thread.join().getName().contains("test"));
    time.close();
  }

  @Test
  void closingRingsWhatStillWaitsAndOnlyThat() {
    Time.Alarm unused = time.after(Duration.ofHours(1), () -> rung.add("waiting"));
    time.after(Duration.ofHours(1), () -> rung.add("cancelled")).cancel();
    time.close();
    assertEquals(List.of("waiting"), rung);
  }

  @Test
  void afterClosingAnAlarmRingsAtOnce() {
    time.close();
    assertFalse(rung.contains("late"));
    Time.Alarm unused = time.after(Duration.ofHours(1), () -> rung.add("late"));
    assertEquals(List.of("late"), rung);
  }
}
