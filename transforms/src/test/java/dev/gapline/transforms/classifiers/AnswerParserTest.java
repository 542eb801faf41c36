package dev.gapline.transforms.classifiers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Rubric;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerParserTest {

  private static final AnswerParser PARSER = new AnswerParser(rubric("O", "S", "THINK"));
  private static final AnswerParser WITHOUT_OUTPUT_TAG = new AnswerParser(rubric(null, "S"));

  /** One answer and what it is taken apart into. */
  private record Case(String name, String text, String finishReason, ParsedAnswer expected) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static Case ok(String name, String text, String reasoning, String output) {
    return new Case(name, text, "stop", tagged(ParseStatus.OK, reasoning, output));
  }

  private static Case unread(
      String name, String text, String finishReason, ParseStatus status, String reasoning) {
    return new Case(name, text, finishReason, tagged(status, reasoning, null));
  }

  private static ParsedAnswer tagged(ParseStatus status, String reasoning, String output) {
    return new ParsedAnswer(status, reasoning, reasoning == null ? null : "tags", output);
  }

  static Stream<Case> answers() {
    return Stream.of(
        ok("both blocks", "<S>why</S><O>what</O>", "why", "what"),
        ok("space around is dropped", "\n<S> why\n</S>\n\n<O>\n what \n</O>\n", "why", "what"),
        ok("no reasoning", "<O>what</O>", null, "what"),
        ok("empty reasoning is none", "<S> </S><O>what</O>", null, "what"),
        ok("names in any case", "<s>why</S><o>what</O>", "why", "what"),
        ok("space inside tags", "< S >why</ S><O >what< /O>", "why", "what"),
        ok("blocks of reasoning are joined", "<S>a</S><S>b</S><O>what</O>", "a\nb", "what"),
        ok("two kinds of reasoning", "<THINK>a</THINK><S>b</S><O>what</O>", "a\nb", "what"),
        ok("reasoning after the output", "<S>a</S><O>what</O><S>b</S>", "a\nb", "what"),
        ok("the last output wins", "<S>a</S><O>one</O><O>two</O>", "a", "two"),
        ok("text outside is ignored", "Hm. <S>a</S> So: <O>what</O> Done.", "a", "what"),
        ok(
            "a draft is reasoning",
            "<S>a <O>draft</O> b</S><O>what</O>",
            "a <O>draft</O> b",
            "what"),
        ok("an open draft", "<S>a <O>draft b</S><O>what</O>", "a <O>draft b", "what"),
        ok("a draft's end alone", "<S>a </O> b</S><O>what</O>", "a </O> b", "what"),
        ok(
            "another kind inside",
            "<S>a <THINK>b</THINK> c</S><O>x</O>",
            "a <THINK>b</THINK> c",
            "x"),
        ok("reasoning inside the output", "<O>what <S>a</S>ever</O>", "a", "what ever"),
        ok("an output opened twice", "<S>a</S><O>one<O>two</O>", "a", "two"),
        ok("reasoning opened twice", "<S>a<S>b</S><O>what</O>", "a<S>b", "what"),
        ok("reasoning never closes", "<S>a <O>what</O>", "a", "what"),
        ok("drafts, reasoning never closes", "<S>a <O>no</O> b <O>yes</O>", "a", "yes"),
        ok("the opening tag was prefilled", "a</S><O>what</O>", "a", "what"),
        ok("an end of reasoning inside the output", "<O>wh</S>at</O>", null, "what"),
        ok("unknown tags are text", "<S>a</S><O><b>what</b></O>", "a", "<b>what</b>"),
        ok("a name is read whole", "<S>a</S><OX>no</OX><O>what</O>", "a", "what"),
        new Case(
            "the output never closes",
            "<S>a</S><O>what",
            "stop",
            tagged(ParseStatus.UNCLOSED_OUTPUT, "a", "what")),
        new Case(
            "a later output never closes",
            "<S>a</S><O>one</O><O>two",
            null,
            tagged(ParseStatus.UNCLOSED_OUTPUT, "a", "two")),
        new Case(
            "complete, though the limit was reached",
            "<S>a</S><O>what</O> and",
            "length",
            tagged(ParseStatus.OK, "a", "what")),
        unread("cut off in the output", "<S>a</S><O>wh", "length", ParseStatus.TRUNCATED, "a"),
        unread("cut off in the reasoning", "<S>a", "LENGTH", ParseStatus.TRUNCATED, "a"),
        unread("cut off after a draft", "<S>a<O>d</O>", "length", ParseStatus.TRUNCATED, "a"),
        unread("cut off before any tag", "wh", "max_tokens", ParseStatus.TRUNCATED, null),
        unread("cut off at once", "", "length", ParseStatus.TRUNCATED, null),
        unread("no text", "", "stop", ParseStatus.EMPTY, null),
        unread("blank text", " \n", "stop", ParseStatus.EMPTY, null),
        unread("null text", null, "stop", ParseStatus.EMPTY, null),
        unread("an empty output", "<S>a</S><O> </O>", "stop", ParseStatus.EMPTY, "a"),
        unread("an empty output last", "<O>x</O><O></O>", "stop", ParseStatus.EMPTY, null),
        unread("an empty open output", "<S>a</S><O>", "stop", ParseStatus.EMPTY, "a"),
        unread("no output tag", "<S>a</S>what", "stop", ParseStatus.NO_OUTPUT_TAG, "a"),
        unread("no tag at all", "what", "stop", ParseStatus.NO_OUTPUT_TAG, null),
        unread("an end alone", "<S>a</S>what</O>", "stop", ParseStatus.NO_OUTPUT_TAG, "a"),
        unread("a draft alone", "<S>a<O>d</O></S>", "stop", ParseStatus.NO_OUTPUT_TAG, "a<O>d</O>"),
        unread("a draft, then more", "<S>a<O>d</O>b", "stop", ParseStatus.NO_OUTPUT_TAG, "a\nb"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anAnswerIsTakenApart(Case answer) {
    assertEquals(answer.expected, PARSER.parse(response(answer.text, null, answer.finishReason)));
  }

  @Test
  void withoutAnOutputTagTheTextOutsideTheReasoningIsTheAnswer() {
    assertEquals(
        tagged(ParseStatus.OK, "a\nb", "One.  Two."),
        WITHOUT_OUTPUT_TAG.parse(response("<S>a</S>One. <S>b</S> Two.", null, "stop")));
    assertEquals(
        tagged(ParseStatus.OK, null, "Plain."),
        WITHOUT_OUTPUT_TAG.parse(response("Plain.", null, "stop")));
    assertEquals(
        tagged(ParseStatus.EMPTY, "a", null),
        WITHOUT_OUTPUT_TAG.parse(response("<S>a</S> ", null, "stop")));
    assertEquals(
        tagged(ParseStatus.TRUNCATED, null, null),
        WITHOUT_OUTPUT_TAG.parse(response("Pla", null, "length")));
  }

  @Test
  void aRubricWithoutTagsTakesTheWholeText() {
    assertEquals(
        tagged(ParseStatus.OK, null, "<S>a</S>"),
        new AnswerParser(rubric(null)).parse(response("<S>a</S>", null, "stop")));
  }

  @Test
  void theProvidersReasoningIsUsedWhenTheTagsHoldNone() {
    assertEquals(
        new ParsedAnswer(ParseStatus.OK, "thought", "provider", "what"),
        PARSER.parse(response("<S></S><O>what</O>", " thought\n", "stop")));
    assertEquals(
        tagged(ParseStatus.OK, "why", "what"),
        PARSER.parse(response("<S>why</S><O>what</O>", "thought", "stop")));
    assertEquals(
        tagged(ParseStatus.OK, null, "what"), PARSER.parse(response("<O>what</O>", " ", "stop")));
  }

  @Property
  void anyJumbleOfTagsIsReadOrHasAReason(@ForAll("jumbles") String text) {
    for (String finishReason : List.of("stop", "length")) {
      ParsedAnswer answer = PARSER.parse(response(text, null, finishReason));
      assertEquals(answer.status().isReadable(), answer.output() != null);
      assertEquals(answer.reasoning() != null, answer.reasoningSource() != null);
    }
  }

  @Property
  void theCaseOfTagsNeverMatters(@ForAll("jumbles") String text) {
    ParsedAnswer upper = PARSER.parse(response(text, null, "stop"));
    ParsedAnswer lower = PARSER.parse(response(text.toLowerCase(Locale.ROOT), null, "stop"));
    assertEquals(upper.status(), lower.status());
    assertEquals(upper.output(), lower.output());
  }

  @Property
  void whateverStandsInReasoningTheAnswerAfterItIsFinal(@ForAll("drafts") String drafts) {
    ParsedAnswer answer = PARSER.parse(response("<S>" + drafts + "</S><O>final</O>", null, "stop"));
    assertEquals("final", answer.output());
    assertEquals(ParseStatus.OK, answer.status());
  }

  @Provide
  Arbitrary<String> jumbles() {
    return joined("<S>", "</S>", "<O>", "</O>", "a", " ", "<", "\n");
  }

  @Provide
  Arbitrary<String> drafts() {
    return joined("<S>", "<O>", "</O>", "<THINK>", "</THINK>", "a", " ", "<", "\n");
  }

  private static Arbitrary<String> joined(String... pieces) {
    return Arbitraries.of(pieces).list().ofMaxSize(12).map(list -> String.join("", list));
  }

  private static Response response(String text, String reasoning, String finishReason) {
    return new Response(text, reasoning, finishReason, "m", 1L, 1L, null, 1);
  }

  private static Rubric rubric(String outputTag, String... reasoningTags) {
    return new Rubric(
        1,
        List.of(reasoningTags),
        outputTag,
        List.of(),
        List.of(),
        List.of(),
        Rubric.Otherwise.COMPLIES,
        List.of(),
        List.of(),
        List.of());
  }
}
