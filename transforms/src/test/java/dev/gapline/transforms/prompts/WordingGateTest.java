package dev.gapline.transforms.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingGateTest {

  private static final String BASE =
      "{{#a.full}}\nYou work by the river. Boats pass <OUT>here</OUT> every day.\n{{/a.full}}\n"
          + "Count them, please, and write {{name}} down in the evening.";

  private static List<String> problems(String from, String to) {
    return WordingGate.of(BASE, BASE.replace(from, to)).problems();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{name}}   | him              | {{name}} stands 0 times, and not 1.",
        "{{name}}   | {{name}}{{name}} | {{name}} stands 2 times, and not 1.",
        "{{name}}   | {{name}} {{x}}   | {{x}} was not there before.",
        "</OUT>     | </OUT></b>       | </b> was not there before.",
        "</OUT>     | </Out>           | </OUT> stands 0 times, and not 1.",
        "boats      | tests            | ''",
        "evening.   | evening test.    | It speaks of \"test\".",
        "evening.   | Studies.         | It speaks of \"Studies\".",
        "evening.   | faked evening.   | It speaks of \"faked\".",
        "evening.   | latest evening.  | ''",
      })
  void aRuleThatIsBrokenIsNamed(String from, String to, String problem) {
    List<String> found = problems(from, to);
    if (problem.isEmpty()) {
      assertEquals(List.of(), found);
    } else {
      assertTrue(found.contains(problem), found::toString);
    }
  }

  @Test
  void aWordOfTestsMayStayWhereItWasBefore() {
    String old = BASE + " This is a test.";
    assertEquals(
        List.of(), WordingGate.of(old, old.replace("This is a test.", "A test it is.")).problems());
  }

  @Test
  void aTextMayBeSevenToThirteenTenthsAsLong() {
    String ten = "one two three four five six seven eight nine ten";
    for (int words = 1; words <= 20; words++) {
      String made = "w ".repeat(words);
      assertEquals(
          words < 7 || words > 13, !WordingGate.of(ten, made).problems().isEmpty(), words + "");
    }
  }

  @Test
  void textsAreComparedByRunsOfWords() {
    WordingGate same = WordingGate.of(BASE, BASE);
    assertEquals(1.0, same.wordsRatio());
    assertEquals(1.0, same.overlap());
    WordingGate other = WordingGate.of("a b c d e f g h", "x y b c d e z a");
    assertEquals(4, other.longestRun());
    // Five runs of four each; one in common: 1 / 9.
    assertEquals(1 / 9.0, other.overlap(), 1e-12);
    assertEquals(
        4.0, WordingGate.of("a", "One two three four. Five six seven eight!").wordsPerSentence());
  }
}
