package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Markers by which a reader of the rendered messages can tell the condition and the level of each
 * factor: literal text that is in every prompt of that arm and in no prompt of another.
 *
 * @param conditions marker by condition
 * @param factors marker by factor and level; a level without an entry is the one without a marker
 * @param hides by factor and level, the factors of which nothing is in a prompt of that level
 * @param sections variables of conditions by whose sections the prompts of two conditions may
 *     differ; mostly none, since a tag is to be all that differs
 */
public record Signals(
    SortedMap<String, String> conditions,
    SortedMap<String, SortedMap<String, Marker>> factors,
    SortedMap<String, SortedMap<String, List<String>>> hides,
    List<String> sections)
    implements Serializable {

  public Signals {
    conditions = Sorted.copyOf(conditions);
    factors = Sorted.copyOf(factors);
    hides = Sorted.copyOf(hides);
    sections = List.copyOf(sections);
  }

  /** Without sections. */
  public Signals(
      SortedMap<String, String> conditions,
      SortedMap<String, SortedMap<String, Marker>> factors,
      SortedMap<String, SortedMap<String, List<String>>> hides) {
    this(conditions, factors, hides, List.of());
  }

  /**
   * What tells a level: any of some texts, where none of some others is.
   *
   * @param any at least one; wordings may say it differently
   * @param none mostly empty
   */
  public record Marker(List<String> any, List<String> none) implements Serializable {

    public Marker {
      any = List.copyOf(any);
      none = List.copyOf(none);
    }

    /** A single text. */
    public static Marker of(String text) {
      return new Marker(List.of(text), List.of());
    }

    /** Whether the text tells it. */
    public boolean isIn(String text) {
      return any.stream().anyMatch(text::contains) && none.stream().noneMatch(text::contains);
    }

    @Override
    public String toString() {
      return "\"" + String.join("\" or \"", any) + "\"";
    }
  }

  /** Whether nothing of a factor is in a prompt of these levels. */
  public boolean isHidden(String factor, Map<String, String> levels) {
    return hides.entrySet().stream()
        .anyMatch(
            by ->
                by.getValue()
                    .getOrDefault(levels.getOrDefault(by.getKey(), ""), List.of())
                    .contains(factor));
  }
}
