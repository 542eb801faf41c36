package dev.gapline.schemas;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Repeats of a whole study, separated in time: all samples of all queries, then all again. A study
 * of more than one round has them as a factor that no prompt shows, so that every table tells them
 * apart; what a level does not name, it averages over. The first round's trials are those of the
 * study without rounds, by id: a study grows by rounds and pays for none twice.
 */
public final class Rounds {

  /** The factor's name, which no scenario may use. */
  public static final String NAME = "round";

  /** More than anybody repeats; each is a level of the factor. */
  public static final int MOST = 1000;

  private static final String FIRST = "1";

  private Rounds() {}

  /** The factor of a study of that many rounds, 2 at least: their numbers, counted from 1. */
  public static Factor factor(int rounds) {
    if (rounds < 2 || rounds > MOST) {
      throw new IllegalArgumentException(
          "Invalid rounds: %d. A factor of 2 to %d is valid.".formatted(rounds, MOST));
    }
    return new Factor(NAME, IntStream.rangeClosed(1, rounds).mapToObj(Integer::toString).toList());
  }

  /** Whether a factor is that of the rounds. */
  public static boolean are(Factor factor) {
    return factor.name().equals(NAME);
  }

  /** The round of a cell, counted from 1. */
  public static int of(CellKey cell) {
    return Integer.parseInt(cell.factors().getOrDefault(NAME, FIRST));
  }

  /** The levels of a cell without its round. */
  public static SortedMap<String, String> without(CellKey cell) {
    if (!cell.factors().containsKey(NAME)) {
      return cell.factors();
    }
    SortedMap<String, String> others = new TreeMap<>(cell.factors());
    others.remove(NAME);
    return Sorted.copyOf(others);
  }

  /** The levels that make a trial another one: the first round is no more than the study itself. */
  static SortedMap<String, String> identity(CellKey cell) {
    return FIRST.equals(cell.factors().get(NAME)) ? without(cell) : cell.factors();
  }
}
