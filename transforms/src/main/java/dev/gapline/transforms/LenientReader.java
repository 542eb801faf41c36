package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Rubric;
import dev.gapline.schemas.Verdict;
import dev.gapline.transforms.classifiers.RuleClassifier;

/**
 * Reads an answer without an output tag as the lenient published parsers do: all text outside the
 * reasoning is the answer, judged by the rubric's own expressions.
 */
final class LenientReader {

  private final RuleClassifier rules;

  LenientReader(Rubric rubric) {
    rules = new RuleClassifier(rubric.withoutOutputTag());
  }

  /** The verdict on a trial whose answer is stored; without its text, the stored one. */
  Verdict read(StoredTrial trial) {
    if (trial.responseText() == null) {
      return trial.verdict();
    }
    String reasoning = "provider".equals(trial.reasoningSource()) ? trial.reasoningText() : null;
    Verdict read =
        rules.classify(
            Completion.of(
                new Response(
                    trial.responseText(),
                    reasoning,
                    trial.finishReason(),
                    null,
                    null,
                    null,
                    null,
                    1)));
    return new Verdict(
        read.parseStatus(),
        read.complied(),
        read.behaviour(),
        null,
        null,
        read.afPartial(),
        read.afFull(),
        read.considers(),
        null,
        read.further());
  }
}
