package dev.gapline.transforms.statistics;

import dev.gapline.schemas.Hashing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The seeded signs of queries in every flip of the sign-flip test. They follow from (seed, query,
 * flip) alone, so the measures of a cell share them; eight queries' signs of a flip are one byte,
 * which is looked up in the sums of their differences.
 */
public final class Signs {

  /** Queries whose signs are one byte. */
  private static final int BLOCK = 8;

  private final Map<String, Integer> places = new HashMap<>();
  private final byte[][] blocks;
  private final int flips;

  private Signs(byte[][] blocks, int flips) {
    this.blocks = blocks;
    this.flips = flips;
  }

  /** The signs of these queries in the flips 1 to {@code flips}. */
  static Signs of(List<String> queries, String seed, int flips) {
    Signs signs = new Signs(new byte[(queries.size() + BLOCK - 1) / BLOCK][flips], flips);
    long[] numbers = new long[flips];
    for (int flip = 0; flip < flips; flip++) {
      numbers[flip] = Hashing.splitmix64(flip + 1L);
    }
    for (int i = 0; i < queries.size(); i++) {
      signs.places.put(queries.get(i), i);
      long stream = Hashing.fnv1a64(seed + "|flip|" + queries.get(i));
      byte[] block = signs.blocks[i / BLOCK];
      int shift = i % BLOCK;
      for (int flip = 0; flip < flips; flip++) {
        // The top bit tells whether Hashing.uniform(stream, flip) is below one half: then it is -1.
        long isAbove = Hashing.splitmix64(stream ^ numbers[flip]) >>> (Long.SIZE - 1);
        block[flip] |= (byte) ((1 - isAbove) << shift);
      }
    }
    return signs;
  }

  /** How many flips' sums of the differences with their signs are at least that far from 0. */
  long reaching(double bar, List<String> queries, double[] differences) {
    double[] all = new double[blocks.length * BLOCK];
    for (int i = 0; i < differences.length; i++) {
      all[places.get(queries.get(i))] = differences[i];
    }
    double[] sums = new double[flips];
    for (int block = 0; block < blocks.length; block++) {
      double[] table = sums(all, block * BLOCK, BLOCK);
      if (table[0] == 0 && table[(1 << BLOCK) - 1] == 0 && isZero(all, block * BLOCK)) {
        continue;
      }
      byte[] signs = blocks[block];
      for (int flip = 0; flip < flips; flip++) {
        sums[flip] += table[signs[flip] & 0xff];
      }
    }
    long reaching = 0;
    for (double sum : sums) {
      reaching += Math.abs(sum) >= bar ? 1 : 0;
    }
    return reaching;
  }

  /** The sum of {@code count} numbers for each choice of signs; a bit that is set is minus. */
  static double[] sums(double[] numbers, int from, int count) {
    double[] sums = new double[1 << count];
    for (int signs = 0; signs < sums.length; signs++) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += (signs >>> i & 1) == 0 ? numbers[from + i] : -numbers[from + i];
      }
      sums[signs] = sum;
    }
    return sums;
  }

  private static boolean isZero(double[] numbers, int from) {
    for (int i = from; i < from + BLOCK; i++) {
      if (numbers[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
