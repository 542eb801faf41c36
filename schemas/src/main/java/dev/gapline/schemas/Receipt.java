package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;

/**
 * What a finished unit leaves, and the only thing of it that counts.
 *
 * @param unit number of the unit
 * @param planned trials of the unit
 * @param part name of its file of trials; null when it stored none
 * @param digest SHA-256 of that file; null when it stored none
 * @param rows trials stored; fewer than planned only if the run was stopped
 * @param reused outcomes taken from earlier legs
 * @param failures trials whose provider failed
 * @param calls made in this leg, those of judges included
 * @param promptTokens of this leg's answers, as far as the provider says
 * @param completionTokens likewise
 * @param costUsd of this leg's answers, as far as it is known
 * @param judging what judges took of these, in this leg
 * @param tallies of the stored trials
 */
public record Receipt(
    long unit,
    long planned,
    String part,
    String digest,
    long rows,
    long reused,
    long failures,
    long calls,
    long promptTokens,
    long completionTokens,
    double costUsd,
    Judging judging,
    List<UnitTally> tallies) {

  /**
   * What judges' calls took, failed ones included.
   *
   * @param calls made
   * @param tokens of their prompts and answers, as far as providers said
   * @param costUsd as far as it is known
   */
  public record Judging(long calls, long tokens, double costUsd) implements Serializable {

    /** No call. */
    public static final Judging NONE = new Judging(0, 0, 0);

    /**
     * What one call took.
     *
     * @param costUsd of its answer; null when it is unknown
     */
    public static Judging of(Completion completion, Double costUsd) {
      Response response = completion.response();
      return new Judging(
          completion.attempts(),
          response == null
              ? 0
              : orZero(response.promptTokens()) + orZero(response.completionTokens()),
          costUsd == null ? 0 : costUsd);
    }

    private static long orZero(Long count) {
      return count == null ? 0 : count;
    }

    /** Both together. */
    public Judging plus(Judging other) {
      return new Judging(calls + other.calls, tokens + other.tokens, costUsd + other.costUsd);
    }
  }

  public Receipt {
    tallies = List.copyOf(tallies);
  }

  /** Of a unit without judges. */
  public Receipt(
      long unit,
      long planned,
      String part,
      String digest,
      long rows,
      long reused,
      long failures,
      long calls,
      long promptTokens,
      long completionTokens,
      double costUsd,
      List<UnitTally> tallies) {
    this(
        unit,
        planned,
        part,
        digest,
        rows,
        reused,
        failures,
        calls,
        promptTokens,
        completionTokens,
        costUsd,
        Judging.NONE,
        tallies);
  }

  /** Whether every planned trial was stored. */
  public boolean isWhole() {
    return rows == planned;
  }

  /** The same receipt without its tallies, as it travels to the commit. */
  public Receipt withoutTallies() {
    return new Receipt(
        unit,
        planned,
        part,
        digest,
        rows,
        reused,
        failures,
        calls,
        promptTokens,
        completionTokens,
        costUsd,
        judging,
        List.of());
  }
}
