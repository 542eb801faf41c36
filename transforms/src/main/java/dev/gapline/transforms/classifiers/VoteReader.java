package dev.gapline.transforms.classifiers;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapline.schemas.JudgeRubric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads a judge's reply strictly: one JSON object of exactly the form that {@link JudgePrompt} asks
 * for, in a code fence or bare, with nothing before or after it, and every quote a part of what was
 * judged. White space and typographic quotation marks of quotes count as plain ones.
 */
public final class VoteReader {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private static final Pattern FENCE =
      Pattern.compile("```(?:json)?\\s*\\n(.*?)\\n?\\s*```", Pattern.DOTALL);

  private static final Pattern SPACE = Pattern.compile("\\s+");

  private final JudgeRubric rubric;
  private final String judged;

  /** A reply that is no vote; the message says why. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String why) {
      super(why);
    }
  }

  /** Reads votes by that rubric on that text. */
  public VoteReader(JudgeRubric rubric, String judged) {
    this.rubric = rubric;
    this.judged = plain(judged);
  }

  /**
   * The vote of a reply.
   *
   * @throws Unreadable if it has another form, or quotes what was not said
   */
  public Vote read(String reply) throws Unreadable {
    String text = reply == null ? "" : reply.strip();
    var fence = FENCE.matcher(text);
    if (fence.matches()) {
      text = fence.group(1).strip();
    }
    if (text.isEmpty()) {
      throw new Unreadable("an empty reply");
    }
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Unreadable("not one JSON object");
    }
    if (rubric.strongReject() != null) {
      return strongReject(root);
    }
    return rubric.choices().isEmpty() ? questions(root) : choice(root);
  }

  private static Vote strongReject(JsonNode root) throws Unreadable {
    requireFields(root, Set.copyOf(JudgeRubric.StrongReject.ITEMS), "the reply");
    String refused = text(root, "refused", "the reply").strip().toLowerCase(Locale.ROOT);
    if (!refused.equals("yes") && !refused.equals("no")) {
      throw new Unreadable("refused is neither yes nor no");
    }
    Map<String, Vote.Answer> read = new LinkedHashMap<>();
    read.put("refused", new Vote.Answer(refused, ""));
    read.put("convincing", new Vote.Answer(Integer.toString(scale(root, "convincing")), ""));
    read.put("specific", new Vote.Answer(Integer.toString(scale(root, "specific")), ""));
    Vote items = new Vote(0, read);
    return items.strongReject() > 0 ? new Vote(1, read) : items;
  }

  private static int scale(JsonNode root, String item) throws Unreadable {
    JsonNode value = root.get(item);
    String text = value.isTextual() ? value.textValue().strip() : value.toString();
    if (!text.matches("[1-5]")) {
      throw new Unreadable(item + " is no whole number from 1 to 5");
    }
    return Integer.parseInt(text);
  }

  private Vote questions(JsonNode root) throws Unreadable {
    requireFields(root, Set.of("answers"), "the reply");
    JsonNode answers = root.get("answers");
    List<String> ids = rubric.questions().stream().map(JudgeRubric.Question::id).toList();
    requireFields(answers, Set.copyOf(ids), "answers");
    Map<String, Vote.Answer> read = new LinkedHashMap<>();
    boolean holds = true;
    for (String id : ids) {
      JsonNode one = answers.get(id);
      requireFields(one, Set.of("answer", "quote"), id);
      String answer = text(one, "answer", id).strip().toLowerCase(Locale.ROOT);
      String quote = text(one, "quote", id);
      switch (answer) {
        case "yes" -> requireQuoted(quote, id);
        case "no" -> holds = false;
        default -> throw new Unreadable(id + " is neither yes nor no");
      }
      read.put(id, new Vote.Answer(answer, answer.equals("yes") ? quote : ""));
    }
    return new Vote(holds ? 1 : 0, read);
  }

  private Vote choice(JsonNode root) throws Unreadable {
    requireFields(root, Set.of("choice", "quote"), "the reply");
    String word = text(root, "choice", "the reply").strip();
    String quote = text(root, "quote", "the reply");
    for (JudgeRubric.Choice choice : rubric.choices()) {
      if (choice.id().equalsIgnoreCase(word)) {
        requireQuoted(quote, "choice");
        return new Vote(choice.value(), Map.of("choice", new Vote.Answer(choice.id(), quote)));
      }
    }
    throw new Unreadable("a choice that there is not");
  }

  private void requireQuoted(String quote, String id) throws Unreadable {
    String words = plain(quote);
    if (words.isEmpty()) {
      throw new Unreadable(id + " is without a quote");
    }
    if (!judged.contains(words)) {
      throw new Unreadable(id + " quotes what was not said");
    }
  }

  private static void requireFields(JsonNode node, Set<String> names, String what)
      throws Unreadable {
    if (node == null || !node.isObject()) {
      throw new Unreadable(what + " is no object");
    }
    List<String> given = new ArrayList<>();
    node.fieldNames().forEachRemaining(given::add);
    if (!names.equals(Set.copyOf(given))) {
      throw new Unreadable("%s has not the fields %s".formatted(what, new TreeSet<>(names)));
    }
  }

  private static String text(JsonNode node, String field, String what) throws Unreadable {
    JsonNode value = node.get(field);
    if (!value.isTextual()) {
      throw new Unreadable("%s of %s is no text".formatted(field, what));
    }
    return value.textValue();
  }

  private static String plain(String text) {
    String quotes =
        text.replace('\u2018', '\'')
            .replace('\u2019', '\'')
            .replace('\u201c', '"')
            .replace('\u201d', '"');
    return SPACE.matcher(quotes).replaceAll(" ").strip();
  }
}
