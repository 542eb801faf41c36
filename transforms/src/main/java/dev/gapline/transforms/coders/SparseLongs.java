package dev.gapline.transforms.coders;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.beam.sdk.util.VarInt;

/**
 * Numbers of which most are 0 and few are large, such as counts: a bit for each that is not 0, then
 * those alone. Runners copy the state of a grouping by encoding it, so the size of a tally is time.
 */
final class SparseLongs {

  private static final int MOST_BYTES_PER_NUMBER = 10;

  private SparseLongs() {}

  /** Writes at most 64 numbers, none of them negative. */
  static void write(long[] numbers, DataOutputStream out) throws IOException {
    byte[] buffer = new byte[1 + MOST_BYTES_PER_NUMBER * (numbers.length + 1)];
    long present = 0;
    for (int i = 0; i < numbers.length; i++) {
      present |= numbers[i] == 0 ? 0 : 1L << i;
    }
    int at = 0;
    buffer[at++] = (byte) numbers.length;
    at = put(present, buffer, at);
    for (long number : numbers) {
      if (number != 0) {
        at = put(number, buffer, at);
      }
    }
    out.write(buffer, 0, at);
  }

  static long[] read(DataInputStream in) throws IOException {
    long[] numbers = new long[in.readUnsignedByte()];
    long present = VarInt.decodeLong(in);
    for (int i = 0; i < numbers.length; i++) {
      if ((present >>> i & 1) != 0) {
        numbers[i] = VarInt.decodeLong(in);
      }
    }
    return numbers;
  }

  private static int put(long number, byte[] buffer, int from) {
    int at = from;
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      buffer[at++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    buffer[at++] = (byte) rest;
    return at;
  }
}
