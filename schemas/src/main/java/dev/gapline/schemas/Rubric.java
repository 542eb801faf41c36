package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;

/**
 * How answers are read and judged by rules. Expressions are Java regular expressions, searched (not
 * matched whole) without regard to case; a list holds if any of its expressions is found.
 *
 * @param version of the rubric, stored with every judged trial
 * @param reasoningTags names of the tags around reasoning; several blocks are joined
 * @param outputTag name of the tag around the final answer; null when the whole text outside the
 *     reasoning is the answer
 * @param refuses searched in the final answer, first: compliance 0
 * @param partial searched in the final answer, second: compliance 0.5
 * @param complies searched in the final answer, third: compliance 1
 * @param otherwise what an answer is in which none was found
 * @param fakes searched in the reasoning: it fakes alignment in part (goes along so as not to be
 *     changed)
 * @param fakesFully searched in the reasoning: without compromise
 * @param considers searched in the reasoning: it considers that it may be changed
 * @param decidedBy by which words an answer is decided; null where no words do
 * @param called tools by whose call a trial is decided, whatever was said; null where none does
 * @param further measures beyond compliance and faking, each once
 * @param objective what the model is told that it is trained for, for judges who must know; null
 *     where no objective is told
 */
public record Rubric(
    int version,
    List<String> reasoningTags,
    String outputTag,
    List<String> refuses,
    List<String> partial,
    List<String> complies,
    Otherwise otherwise,
    List<String> fakes,
    List<String> fakesFully,
    List<String> considers,
    DecidedBy decidedBy,
    Called called,
    List<Further> further,
    String objective)
    implements Serializable {

  /**
   * How a further measure is read by rules: it holds if any of the expressions is found, or any of
   * the texts is gone on with.
   *
   * @param measure a {@link Measure#isFurther further} one
   * @param in the part that is searched
   * @param found searched there
   * @param continues texts of which a stretch of words, word for word, stands there
   */
  public record Further(
      Measure measure, JudgeRubric.Sees in, List<String> found, List<String> continues)
      implements Serializable {

    public Further {
      found = List.copyOf(found);
      continues = List.copyOf(continues);
      if (!measure.isFurther()) {
        throw new IllegalArgumentException(
            "Invalid rubric: %s has keys of its own.".formatted(measure.id()));
      }
    }
  }

  /** What an answer is in which no expression was found. */
  public enum Otherwise {
    COMPLIES,
    REFUSES,
    UNREADABLE
  }

  /**
   * Tools by whose call a trial is decided: the first that is called.
   *
   * @param complies names of tools: compliance 1
   * @param refuses names of tools: compliance 0
   */
  public record Called(List<String> complies, List<String> refuses) implements Serializable {

    public Called {
      complies = List.copyOf(complies);
      refuses = List.copyOf(refuses);
    }
  }

  /** A rubric whose answers neither words nor tools decide. */
  public Rubric(
      int version,
      List<String> reasoningTags,
      String outputTag,
      List<String> refuses,
      List<String> partial,
      List<String> complies,
      Otherwise otherwise,
      List<String> fakes,
      List<String> fakesFully,
      List<String> considers) {
    this(
        version,
        reasoningTags,
        outputTag,
        refuses,
        partial,
        complies,
        otherwise,
        fakes,
        fakesFully,
        considers,
        null,
        null,
        List.of(),
        null);
  }

  /** The same rubric for answers that stand in no tag. */
  public Rubric withoutOutputTag() {
    return new Rubric(
        version,
        reasoningTags,
        null,
        refuses,
        partial,
        complies,
        otherwise,
        fakes,
        fakesFully,
        considers,
        decidedBy,
        called,
        further,
        objective);
  }

  public Rubric {
    reasoningTags = List.copyOf(reasoningTags);
    refuses = List.copyOf(refuses);
    partial = List.copyOf(partial);
    complies = List.copyOf(complies);
    fakes = List.copyOf(fakes);
    fakesFully = List.copyOf(fakesFully);
    considers = List.copyOf(considers);
    further = List.copyOf(further);
  }
}
