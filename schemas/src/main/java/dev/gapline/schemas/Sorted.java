package dev.gapline.schemas;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Unmodifiable copies of maps, in the natural order of their keys. */
public final class Sorted {

  private Sorted() {}

  /** An unmodifiable sorted copy. */
  public static <K extends Comparable<K>, V> SortedMap<K, V> copyOf(Map<K, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
