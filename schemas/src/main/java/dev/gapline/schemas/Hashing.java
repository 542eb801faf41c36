package dev.gapline.schemas;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Digests and seeds that are equal on every machine.
 *
 * <p>Parts are length-prefixed before they are hashed, so that no two lists of parts collide by
 * concatenation.
 */
public final class Hashing {

  private Hashing() {}

  /** The SHA-256 of the parts, each preceded by its length in UTF-8 bytes. */
  public static byte[] sha256(String... parts) {
    MessageDigest digest = newSha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      int length = bytes.length;
      digest.update((byte) (length >>> 24));
      digest.update((byte) (length >>> 16));
      digest.update((byte) (length >>> 8));
      digest.update((byte) length);
      digest.update(bytes);
    }
    return digest.digest();
  }

  /** The first {@code bytes} bytes of the parts' SHA-256, as lower-case hexadecimal text. */
  public static String hex(int bytes, String... parts) {
    return HexFormat.of().formatHex(sha256(parts), 0, bytes);
  }

  /** A new SHA-256 digest; every JDK has one. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This JDK has no SHA-256.", e);
    }
  }

  /**
   * FNV-1a over the UTF-8 bytes of the text, 64 bits (Fowler, Noll and Vo). Check value: {@code
   * fnv1a64("golden-v1|q00") == 0x32fd59c6701ae739L}.
   */
  public static long fnv1a64(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /**
   * One output of the SplitMix64 generator (Steele, Lea and Flood 2014) for the given state. Check
   * value: {@code splitmix64(0) == 0xe220a8397b1dcdafL}.
   */
  public static long splitmix64(long state) {
    long z = state + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /**
   * A uniform draw from [0, 1) for a name and a number, the same on every machine: the upper 53
   * bits of {@code splitmix64(fnv1a64(name) XOR splitmix64(number))}.
   */
  public static double uniform(String name, long number) {
    return (splitmix64(fnv1a64(name) ^ splitmix64(number)) >>> 11) * 0x1.0p-53;
  }
}
