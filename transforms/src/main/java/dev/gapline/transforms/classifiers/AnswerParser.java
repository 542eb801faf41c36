package dev.gapline.transforms.classifiers;

import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Rubric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes an answer apart into reasoning and final answer, by the tags of a rubric. Names of tags are
 * read without regard to case, in time linear in the answer's length.
 *
 * <ul>
 *   <li>Blocks of reasoning are joined in their order. A closing tag without an opening one closes
 *       what precedes it, since the opening one may have been prefilled.
 *   <li>The last output block is the final answer. One inside a block of reasoning is a draft and
 *       does not count, nor does reasoning inside an output block. If the reasoning never closes,
 *       its last output block is the final answer only if nothing follows it.
 *   <li>Without an output tag in the rubric, all text outside the reasoning is the final answer.
 *   <li>The provider's own reasoning field is used when the tags hold none.
 * </ul>
 */
public final class AnswerParser {

  private final List<String> reasoningTags;
  private final String outputTag;
  private final Pattern tags;

  /** A parser for the tags of that rubric. */
  public AnswerParser(Rubric rubric) {
    reasoningTags = rubric.reasoningTags().stream().map(AnswerParser::canonical).toList();
    outputTag = rubric.outputTag() == null ? null : canonical(rubric.outputTag());
    List<String> names = new ArrayList<>(reasoningTags);
    if (outputTag != null) {
      names.add(outputTag);
    }
    tags =
        names.isEmpty()
            ? null
            : Pattern.compile(
                names.stream()
                    .map(Pattern::quote)
                    .collect(Collectors.joining("|", "<\\s{0,4}(/?)\\s{0,4}(", ")\\s{0,4}>")),
                Pattern.CASE_INSENSITIVE);
  }

  /** Takes that response apart. */
  public ParsedAnswer parse(Response response) {
    String text = response.text() == null ? "" : response.text();
    Reading reading = read(text);
    String reasoning = String.join("\n", reading.reasoning);
    String source = "tags";
    if (reasoning.isBlank()) {
      boolean provided = response.reasoning() != null && !response.reasoning().isBlank();
      reasoning = provided ? response.reasoning().strip() : null;
      source = provided ? "provider" : null;
    }
    ParseStatus status = status(text, reading, response.isTruncated());
    String output = status.isReadable() ? reading.answer.toString().strip() : null;
    return new ParsedAnswer(status, reasoning, source, output);
  }

  /** Where the final answer begins in a text; -1 where there is none. */
  public int outputStart(String text) {
    Reading reading = read(text);
    return reading.answer == null ? -1 : reading.answerStart;
  }

  private ParseStatus status(String text, Reading reading, boolean cutOff) {
    boolean complete = outputTag != null && reading.answer != null && !reading.inOutput;
    if (cutOff && (!complete || reading.neverClosed)) {
      return ParseStatus.TRUNCATED;
    }
    if (text.isBlank()) {
      return ParseStatus.EMPTY;
    }
    if (reading.answer == null) {
      return ParseStatus.NO_OUTPUT_TAG;
    }
    if (reading.answer.toString().isBlank()) {
      return ParseStatus.EMPTY;
    }
    return reading.inOutput ? ParseStatus.UNCLOSED_OUTPUT : ParseStatus.OK;
  }

  private Reading read(String text) {
    Reading reading = new Reading(text, outputTag == null);
    if (tags != null) {
      Map<String, Integer> lastClose = lastCloses(text);
      Matcher tag = tags.matcher(text);
      while (tag.find()) {
        String name = canonical(tag.group(2));
        boolean closing = !tag.group(1).isEmpty();
        if (name.equals(outputTag)) {
          if (closing) {
            reading.closeOutput(tag);
          } else {
            reading.openOutput(tag);
          }
        } else if (closing) {
          reading.closeReasoning(name, tag);
        } else {
          reading.openReasoning(name, tag, lastClose.getOrDefault(name, -1) < tag.start());
        }
      }
    }
    reading.end();
    return reading;
  }

  private Map<String, Integer> lastCloses(String text) {
    Map<String, Integer> last = new HashMap<>();
    Matcher tag = tags.matcher(text);
    while (tag.find()) {
      if (!tag.group(1).isEmpty()) {
        last.put(canonical(tag.group(2)), tag.start());
      }
    }
    return last;
  }

  private static String canonical(String tag) {
    return tag.toUpperCase(Locale.ROOT);
  }

  /** Where a walk over the tags stands, and what it has found. */
  private static final class Reading {

    private final String text;
    private final boolean withoutTag;
    private final List<String> reasoning = new ArrayList<>();

    /** The final answer so far; null before the first output block. */
    private StringBuilder answer;

    /** Where the final answer begins, after what was taken out before it. */
    private int answerStart;

    private boolean inOutput;

    /** The tag of the block of reasoning that the walk is in; null outside. */
    private String inReasoning;

    /** Whether a block of reasoning opened that never closes. */
    private boolean neverClosed;

    /** Where the text begins that no block has taken yet. */
    private int from;

    Reading(String text, boolean withoutTag) {
      this.text = text;
      this.withoutTag = withoutTag;
      this.answer = withoutTag ? new StringBuilder() : null;
    }

    void openOutput(Matcher tag) {
      if (inReasoning != null && !neverClosed) {
        return; // a draft
      }
      if (inReasoning != null) {
        addReasoning(tag.start());
        inReasoning = null;
      }
      answer = new StringBuilder();
      inOutput = true;
      from = tag.end();
      answerStart = from;
    }

    void closeOutput(Matcher tag) {
      if (inReasoning != null || !inOutput) {
        return;
      }
      answer.append(text, from, tag.start());
      inOutput = false;
      from = tag.end();
    }

    void openReasoning(String name, Matcher tag, boolean closesNever) {
      if (inReasoning != null) {
        return;
      }
      if (inOutput || withoutTag) {
        answer.append(text, from, tag.start());
      }
      inReasoning = name;
      neverClosed = closesNever;
      from = tag.end();
    }

    void closeReasoning(String name, Matcher tag) {
      if (inReasoning == null && inOutput) {
        answer.append(text, from, tag.start());
      } else if (inReasoning == null || inReasoning.equals(name)) {
        addReasoning(tag.start());
        inReasoning = null;
      } else {
        return; // the closing tag of another kind of reasoning, inside this one
      }
      from = tag.end();
      if (answer != null && answer.toString().isBlank()) {
        answerStart = from;
      }
    }

    void end() {
      if (inReasoning != null) {
        addReasoning(text.length());
      } else if (inOutput || withoutTag) {
        answer.append(text, from, text.length());
      } else if (neverClosed && !text.substring(from).isBlank()) {
        addReasoning(text.length());
        answer = null; // reasoning goes on after that block: it was a draft
      }
    }

    private void addReasoning(int to) {
      String block = text.substring(from, to).strip();
      if (!block.isEmpty()) {
        reasoning.add(block);
      }
    }
  }
}
