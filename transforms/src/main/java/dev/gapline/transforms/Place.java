package dev.gapline.transforms;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Where an outcome lies. Places are ordered by key, and those of one key by age.
 *
 * @param high the first half of the key
 * @param low the second half
 * @param segment its number among the segments, oldest first
 * @param block where its block begins in the segment
 */
record Place(long high, long low, int segment, long block) implements Comparable<Place> {

  /** Of a place as it is written. */
  static final int BYTES = 16 + 4 + 8;

  static Place of(String key, int segment, long block) {
    return new Place(high(key), low(key), segment, block);
  }

  /** The first half of a key of 32 hexadecimal digits. */
  static long high(String key) {
    return Long.parseUnsignedLong(key, 0, 16, 16);
  }

  static long low(String key) {
    return Long.parseUnsignedLong(key, 16, 32, 16);
  }

  static Place read(ByteBuffer from) {
    return new Place(from.getLong(), from.getLong(), from.getInt(), from.getLong());
  }

  void write(ByteBuffer to) {
    to.putLong(high).putLong(low).putInt(segment).putLong(block);
  }

  String key() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }

  boolean hasKeyOf(Place other) {
    return other != null && high == other.high && low == other.low;
  }

  /** The same place where that many segments come before its own. */
  Place after(int segments) {
    return new Place(high, low, segment + segments, block);
  }

  @Override
  public int compareTo(Place other) {
    int order = Long.compareUnsigned(high, other.high);
    order = order != 0 ? order : Long.compareUnsigned(low, other.low);
    order = order != 0 ? order : Integer.compare(segment, other.segment);
    return order != 0 ? order : Long.compare(block, other.block);
  }
}
