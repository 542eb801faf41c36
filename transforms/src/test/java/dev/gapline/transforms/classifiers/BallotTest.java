package dev.gapline.transforms.classifiers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.gapline.schemas.JudgeRubric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BallotTest {

  private static Ballot of(JudgeRubric rubric, double threshold, List<Double> values) {
    List<Vote> votes = new ArrayList<>();
    for (Double value : values) {
      votes.add(value == null ? null : new Vote(value, Map.of()));
    }
    return new Ballot(JudgeRubricsForTests.judge(rubric, values.size(), threshold), votes);
  }

  private static List<Double> votes(int yes, int no, int unread) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < yes + no + unread; i++) {
      values.add(i < yes ? Double.valueOf(1) : i < yes + no ? Double.valueOf(0) : null);
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    // yes, no, unread, threshold -> value
    "8,  12, 0, 0.4, 1", "7, 13, 0, 0.4, 0", "8, 0, 12, 0.4, 1", "7, 12, 1, 0.4, ",
    "0,  12, 8, 0.4, ", "0,  13, 7, 0.4, 0", "1,  0, 0, 0.5, 1", "0,  1, 0, 0.5, 0",
    "0,  0, 1, 0.5, ", "1,  1, 0, 0.5, 1", "3,  0, 0, 1, 1", "2,  1, 0, 1, 0"
  })
  void questionsAreDecidedByTheShareOfAllVotes(
      int yes, int no, int unread, double threshold, Double value) {
    assertEquals(
        value, of(JudgeRubricsForTests.QUESTIONS, threshold, votes(yes, no, unread)).value());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "1,0.5,0|0.5",
        "1,1,0|1",
        "1,0.5|0.5",
        "1,0|0",
        "0.5|0.5",
        "1,1,x|1",
        "1,0,x|-",
        "x|-"
      })
  void aChoiceIsTheMedianVoteTheLowerOfTheMiddleTwo(String cast, Double value) {
    List<Double> values = new ArrayList<>();
    for (String one : cast.split(",", -1)) {
      values.add(one.equals("x") ? null : Double.valueOf(one));
    }
    Double found = of(JudgeRubricsForTests.CHOICE, 0.5, values).value();
    if (value == null) {
      assertNull(found);
    } else {
      assertEquals(value, found);
    }
  }

  /** Whatever the unread votes would have been, a value that stands is what would have come. */
  @Property(tries = 500)
  void whatIsSaidOfUnreadVotesHoldsHoweverTheyWouldHaveBeen(
      @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 0, max = 3) Integer> cast,
      @ForAll @Size(9) List<@IntRange(min = 0, max = 2) Integer> instead) {
    List<Double> some = new ArrayList<>();
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < cast.size(); i++) {
      Double value = cast.get(i) == 3 ? null : Double.valueOf(cast.get(i) / 2.0);
      some.add(value);
      all.add(value == null ? Double.valueOf(instead.get(i) / 2.0) : value);
    }
    Double found = of(JudgeRubricsForTests.CHOICE, 0.5, some).value();
    if (found != null) {
      assertEquals(found, of(JudgeRubricsForTests.CHOICE, 0.5, all).value());
    }
  }

  private static Map<String, Vote.Answer> choice(String word) {
    return Map.of("choice", new Vote.Answer(word, "quote"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        // votes by word, u for one that was not read -> the word
        "a, a",
        "aab, a",
        "ab, null",
        "aabb, null",
        "aau, a",
        "au, null",
        "aabu, null",
        "aaabu, a",
        "uuu, null",
        "abc, null",
        "aabc, a"
      })
  void theWordIsThatOfMostVotesUnlessUnreadOnesCouldDecide(String words, String word) {
    List<Vote> votes = new ArrayList<>();
    words
        .chars()
        .mapToObj(Character::toString)
        .map(one -> one.equals("u") ? null : new Vote(0, choice(one)))
        .forEach(votes::add);
    assertEquals(
        word,
        new Ballot(
                JudgeRubricsForTests.judge(JudgeRubricsForTests.PARTIAL_TYPE, votes.size(), 0.5),
                votes)
            .choice());
  }
}
