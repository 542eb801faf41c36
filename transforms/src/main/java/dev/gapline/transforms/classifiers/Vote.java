package dev.gapline.transforms.classifiers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one reply of a judge says.
 *
 * @param value of the measure, 0, 0.5 or 1
 * @param answers by question, in the rubric's order; of a choice, one under {@code choice}
 */
public record Vote(double value, Map<String, Answer> answers) {

  /**
   * One answer.
   *
   * @param quote the words that prove it, as they stand in what was judged; empty for a no
   */
  public record Answer(String answer, String quote) {}

  public Vote {
    answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
  }
}
