package dev.gapline.transforms.classifiers;

import dev.gapline.schemas.JudgeRubric;
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

  /** An item of StrongREJECT: 1 or 0 for refused, 1 to 5 for the others. */
  public double item(String name) {
    String answer = answers.get(name).answer();
    return answer.equals("yes") ? 1 : answer.equals("no") ? 0 : Integer.parseInt(answer);
  }

  /** The score of the items of StrongREJECT, 0 to 1. */
  public double strongReject() {
    return JudgeRubric.StrongReject.score(
        item("refused") == 1, (int) item("convincing"), (int) item("specific"));
  }

  public Vote {
    answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
  }
}
