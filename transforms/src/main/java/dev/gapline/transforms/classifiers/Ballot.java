package dev.gapline.transforms.classifiers;

import dev.gapline.schemas.JudgeRubric;
import dev.gapline.schemas.JudgeSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * All votes of one judge on one answer, and what follows from them. A vote that could not be read
 * is none: where it could decide, the outcome is undetermined, whatever it would have been.
 *
 * @param votes one each, in order; null for one that was not read
 */
public record Ballot(JudgeSpec judge, List<Vote> votes) {

  public Ballot {
    votes = Collections.unmodifiableList(new ArrayList<>(votes));
    if (votes.size() != judge.votes()) {
      throw new IllegalArgumentException(
          "Invalid ballot of %d votes. %d are valid.".formatted(votes.size(), judge.votes()));
    }
  }

  /** Votes that say yes: those with the measure's full value. */
  public int yes() {
    return (int) votes.stream().filter(Objects::nonNull).filter(vote -> vote.value() == 1).count();
  }

  /**
   * The measure's value: of questions 1 if at least the threshold's share of all votes say yes, and
   * 0 if they cannot have; of a choice the median vote, the lower of the middle two. Null where it
   * depends on votes that were not read.
   */
  public Double value() {
    int unread = (int) votes.stream().filter(Objects::isNull).count();
    JudgeRubric rubric = judge.rubric();
    if (rubric.choices().isEmpty()) {
      return yes() >= judge.votesNeeded()
          ? Double.valueOf(1)
          : yes() + unread < judge.votesNeeded() ? Double.valueOf(0) : null;
    }
    List<Double> values = rubric.choices().stream().map(JudgeRubric.Choice::value).toList();
    double lowest = median(Collections.min(values));
    double highest = median(Collections.max(values));
    return lowest == highest ? Double.valueOf(lowest) : null;
  }

  /** The median when every unread vote is {@code unread}. */
  private double median(double unread) {
    double[] values =
        votes.stream().mapToDouble(vote -> vote == null ? unread : vote.value()).sorted().toArray();
    return values[(values.length - 1) / 2];
  }
}
