package dev.gapline.benchmark;

/** What a run must reach; the tables themselves must be complete in any case. */
record Target(String words, Check check) {

  /** Whether a run reaches it. */
  interface Check {
    /**
     * Looks at one run.
     *
     * @param idealSeconds of the case
     * @param rawSeconds of the raw client; not a number if it was not run
     */
    boolean isMet(double idealSeconds, double rawSeconds, Measured run);
  }

  static Target timesIdeal(double times) {
    return new Target(
        "<= %.2f x ideal".formatted(times),
        (ideal, raw, run) -> run.requestSeconds() <= times * ideal);
  }

  static Target timesRaw(double times) {
    return new Target(
        "<= %.2f x raw".formatted(times), (ideal, raw, run) -> run.requestSeconds() <= times * raw);
  }

  static Target seconds(double most) {
    return new Target(
        "<= %.1f s".formatted(most), (ideal, raw, run) -> run.requestSeconds() <= most);
  }

  static Target cpuMillis(double most) {
    return new Target(
        "CPU <= %.1f ms a call".formatted(most),
        (ideal, raw, run) -> run.cpuMillisPerCall() <= most);
  }

  static Target refused(double most) {
    return new Target(
        "429 <= %.0f%%".formatted(100 * most), (ideal, raw, run) -> run.refusedShare() <= most);
  }

  static Target allButLast(double timesIdeal) {
    return new Target(
        "all but one <= %.2f x ideal".formatted(timesIdeal),
        (ideal, raw, run) -> run.allButLastSeconds() <= timesIdeal * ideal);
  }

  static Target everyTrialOneRow() {
    return new Target("every trial one row", (ideal, raw, run) -> true);
  }

  Target and(Target other) {
    return new Target(
        words + ", " + other.words,
        (ideal, raw, run) -> check.isMet(ideal, raw, run) && other.check.isMet(ideal, raw, run));
  }
}
