package dev.gapline.schemas;

/** A trial's identity: 32 hexadecimal digits, a hash of its coordinates by name. */
public record TrialId(String text) implements Comparable<TrialId> {

  @Override
  public int compareTo(TrialId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
