package dev.gapline.transforms;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How a process that works on a spread leg stands, as it says itself every few seconds.
 *
 * @param process and machine
 * @param isAtWork false once it has left in order
 * @param settled trials with a durable outcome that this process counted, reused ones included
 * @param open calls that were sent and whose outcome is not durable yet
 * @param tokens that its calls count against the ceiling
 * @param usd likewise, in dollars
 */
public record WorkerState(
    String process,
    boolean isAtWork,
    long settled,
    long reused,
    long failed,
    long open,
    long tokens,
    double usd) {

  private static final int LINES = 9;

  /** The same, no longer at work. */
  WorkerState left() {
    return new WorkerState(process, false, settled, reused, failed, 0, tokens, usd);
  }

  /** As it is stored; {@code renewal} differs from one time to the next. */
  byte[] bytes(long renewal) {
    return String.join(
            "\n",
            Long.toString(renewal),
            isAtWork ? "at work" : "left",
            process,
            Long.toString(settled),
            Long.toString(reused),
            Long.toString(failed),
            Long.toString(open),
            Long.toString(tokens),
            Double.toString(usd),
            "")
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What was stored.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static WorkerState of(byte[] bytes) {
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    if (lines.size() < LINES) {
      throw new IllegalArgumentException("This is no worker's state: " + lines + ".");
    }
    return new WorkerState(
        lines.get(2),
        lines.get(1).equals("at work"),
        Long.parseLong(lines.get(3)),
        Long.parseLong(lines.get(4)),
        Long.parseLong(lines.get(5)),
        Long.parseLong(lines.get(6)),
        Long.parseLong(lines.get(7)),
        Double.parseDouble(lines.get(8)));
  }
}
