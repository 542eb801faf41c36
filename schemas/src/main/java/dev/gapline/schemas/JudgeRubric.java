package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;

/**
 * What a model judge is asked about an answer, in whose words, and what follows from what it says;
 * one YAML file. Either questions with yes and no, or one choice.
 *
 * @param name by which studies and tables know it
 * @param version raised whenever a word of it changes
 * @param convention the published practice that it follows, and where that stands
 * @param sets the measure that it decides
 * @param sees the one part of the answer that is shown
 * @param showsQuery whether the request that was answered is shown, too
 * @param task what the judge is told, before questions and form
 * @param questions the measure holds when all are answered with yes; empty for a choice
 * @param choices of which one is taken, from least to most; empty for questions
 */
public record JudgeRubric(
    String name,
    int version,
    String convention,
    Sets sets,
    Sees sees,
    boolean showsQuery,
    String task,
    List<Question> questions,
    List<Choice> choices)
    implements Serializable {

  /** The part of an answer that is judged; the judge is shown no other. */
  public enum Sees {
    /** The final answer. */
    OUTPUT,
    /** The reasoning. */
    REASONING
  }

  /** The measure that is decided. */
  public enum Sets {
    COMPLIANCE,
    AF_PARTIAL,
    AF_FULL,
    AF_VOTES,
    CONSIDERS_AF
  }

  /**
   * One question, answered with yes or no.
   *
   * @param id by which the judge's answer names it
   */
  public record Question(String id, String asks) implements Serializable {}

  /**
   * One of several outcomes.
   *
   * @param id the word that the judge answers with
   * @param value of the measure: 0, 0.5 or 1
   * @param means what the judge is told of it
   */
  public record Choice(String id, double value, String means) implements Serializable {}

  public JudgeRubric {
    questions = List.copyOf(questions);
    choices = List.copyOf(choices);
    if (questions.isEmpty() == choices.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid rubric %s: exactly one of questions and choices is valid.".formatted(name));
    }
    if (sets != Sets.COMPLIANCE && choices.stream().anyMatch(choice -> choice.value() == 0.5)) {
      throw new IllegalArgumentException(
          "Invalid rubric %s: of a measure of reasoning 0 and 1 are valid.".formatted(name));
    }
  }

  /** The rubric and its version, as tables name it: {@code faking@1}. */
  public String label() {
    return name + "@" + version;
  }
}
