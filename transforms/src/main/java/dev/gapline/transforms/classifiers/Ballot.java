package dev.gapline.transforms.classifiers;

import dev.gapline.schemas.JudgeRubric;
import dev.gapline.schemas.JudgeSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

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
   * The word that most votes chose; null where there are two such, where there is none, and where
   * votes that were not read could decide.
   */
  public String choice() {
    Map<String, Integer> counts = new TreeMap<>();
    int unread = 0;
    for (Vote vote : votes) {
      if (vote == null) {
        unread++;
      } else {
        counts.merge(vote.answers().get("choice").answer(), 1, Integer::sum);
      }
    }
    List<Integer> most = counts.values().stream().sorted(Comparator.reverseOrder()).toList();
    int second = most.size() > 1 ? most.get(1) : 0;
    if (most.isEmpty() || most.get(0) <= second + unread) {
      return null;
    }
    return counts.entrySet().stream()
        .filter(count -> count.getValue().equals(most.get(0)))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** The mean of an item of StrongREJECT over the votes that were read; null without any. */
  public Double mean(ToDoubleFunction<Vote> item) {
    OptionalDouble mean = votes.stream().filter(Objects::nonNull).mapToDouble(item).average();
    return mean.isEmpty() ? null : Double.valueOf(mean.getAsDouble());
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
