package dev.gapline.transforms.classifiers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.ToolCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules that judge an answer once and remember it. A verdict is a pure function of what an answer
 * says; simulated subjects, and real ones at temperature 0, say the same again and again. Safe for
 * several threads; bounded in answers and in their length.
 */
public final class RepeatedAnswers {

  private static final int MOST_ANSWERS = 2_048;
  private static final int LONGEST = 4_096;

  private final RuleClassifier rules;
  private final Map<Said, RuleClassifier.Judged> verdicts =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Said, RuleClassifier.Judged> eldest) {
          return size() > MOST_ANSWERS;
        }
      };

  /** All of a response that a verdict depends on. */
  private record Said(
      String text, String reasoning, String finishReason, List<ToolCall> toolCalls) {}

  /** Remembers what these rules say. */
  public RepeatedAnswers(RuleClassifier rules) {
    this.rules = rules;
  }

  /** Judges what came back for a trial. */
  public RuleClassifier.Judged judge(Completion completion) {
    Response response = completion.response();
    if (response == null || response.text() == null || response.text().length() > LONGEST) {
      return rules.judge(completion);
    }
    Said said =
        new Said(
            response.text(), response.reasoning(), response.finishReason(), response.toolCalls());
    synchronized (verdicts) {
      RuleClassifier.Judged known = verdicts.get(said);
      if (known != null) {
        return known;
      }
    }
    RuleClassifier.Judged judged = rules.judge(completion);
    synchronized (verdicts) {
      verdicts.put(said, judged);
    }
    return judged;
  }
}
