package dev.gapline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PermutationTest {

  @Property(tries = 300)
  void everyPlaceTakesADifferentItemAndEveryItemKnowsItsPlace(
      @ForAll @IntRange(min = 1, max = 5000) int size, @ForAll long key) {
    Permutation permutation = new Permutation(size, key);
    BitSet taken = new BitSet(size);
    for (int place = 0; place < size; place++) {
      long item = permutation.at(place);
      assertTrue(item >= 0 && item < size);
      assertEquals(place, permutation.positionOf(item));
      taken.set((int) item);
    }
    assertEquals(size, taken.cardinality());
  }

  @Test
  void everySmallSizeIsPermuted() {
    for (int size = 1; size <= 300; size++) {
      everyPlaceTakesADifferentItemAndEveryItemKnowsItsPlace(size, size * 31L);
    }
  }

  @Property(tries = 1000)
  void hugeSizesAreInvertedPlaceByPlace(
      @ForAll @LongRange(min = 0, max = (1L << 40) - 1) long place, @ForAll long key) {
    Permutation permutation = new Permutation(1L << 40, key);
    assertEquals(place, permutation.positionOf(permutation.at(place)));
    assertEquals(place, permutation.at(permutation.positionOf(place)));
  }

  @Test
  void noItemIsFavouredAtAnyPlace() {
    int keys = 20_000;
    for (int size = 2; size <= 12; size++) {
      int[][] times = new int[size][size];
      for (int key = 0; key < keys; key++) {
        Permutation permutation = new Permutation(size, Hashing.splitmix64(key));
        for (int place = 0; place < size; place++) {
          times[place][(int) permutation.at(place)]++;
        }
      }
      double expected = keys / (double) size;
      double deviation = Math.sqrt(expected * (1 - 1.0 / size));
      for (int[] place : times) {
        for (int count : place) {
          assertEquals(expected, count, 4.5 * deviation, "size " + size);
        }
      }
    }
  }

  @Test
  void anotherKeyIsAnotherOrder() {
    assertNotEquals(order(new Permutation(100, 1)), order(new Permutation(100, 2)));
    assertEquals(order(new Permutation(100, 1)), order(new Permutation(100, 1)));
  }

  @Test
  void whatLiesOutsideIsRefused() {
    Permutation permutation = new Permutation(3, 0);
    assertThrows(IndexOutOfBoundsException.class, () -> permutation.at(3));
    assertThrows(IndexOutOfBoundsException.class, () -> permutation.at(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> permutation.positionOf(3));
    assertEquals(
        "Invalid size: 0. At least 1 is valid.",
        assertThrows(IllegalArgumentException.class, () -> new Permutation(0, 0)).getMessage());
  }

  private static List<Long> order(Permutation permutation) {
    List<Long> order = new ArrayList<>();
    for (int place = 0; place < 100; place++) {
      order.add(permutation.at(place));
    }
    return order;
  }
}
