package dev.gapline.pipeline.files;

import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Changes to the text of a scenario file that leave its other lines as they are. What is changed is
 * read back, and must be what was meant.
 */
final class ScenarioText {

  private static final String LINES = "[ \\t]*(#.*)?\\n((?:[ \\t#].*\\n|\\n)*)";
  private static final Pattern WORDINGS = Pattern.compile("(?m)^paraphrases:" + LINES);
  private static final Pattern QUERIES = Pattern.compile("(?m)^queries:" + LINES);

  private ScenarioText() {}

  /** The scenario that a text describes. */
  static Scenario read(String text) {
    return ScenarioReader.read(new SourceText("scenario.yaml", text));
  }

  /**
   * The wording of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Paraphrase wording(Scenario scenario, String name) {
    return scenario.paraphrases().stream()
        .filter(one -> one.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no wording %s. Valid are %s."
                        .formatted(
                            name, scenario.paraphrases().stream().map(Paraphrase::id).toList())));
  }

  /**
   * The text with wordings added at the end of its own.
   *
   * @throws IllegalArgumentException if the file's wordings are not written in block style
   */
  static String withWordings(String text, List<Paraphrase> added) {
    Matcher block = block(WORDINGS, "paraphrases", text);
    StringBuilder lines = new StringBuilder();
    added.forEach(one -> lines.append(yaml(one)));
    String whole =
        text.substring(0, block.end()).stripTrailing()
            + "\n\n"
            + lines
            + "\n"
            + text.substring(block.end());
    List<Paraphrase> read = read(whole).paraphrases();
    requireSame(added, read.subList(read.size() - added.size(), read.size()));
    return whole;
  }

  /**
   * The text with these queries in the place of its own.
   *
   * @throws IllegalArgumentException if the file's queries are not written in block style
   */
  static String withQueries(String text, List<Query> queries) {
    Matcher block = block(QUERIES, "queries", text);
    StringBuilder lines = new StringBuilder("queries:\n");
    for (Query query : queries) {
      lines
          .append("  - {id: ")
          .append(query.id())
          .append(query.tags().isEmpty() ? "" : ", tags: [" + String.join(", ", query.tags()) + "]")
          .append(", text: ")
          .append(Quoted.of(query.text()));
      if (!query.values().isEmpty()) {
        lines.append(
            query.values().entrySet().stream()
                .map(value -> value.getKey() + ": " + Quoted.of(value.getValue()))
                .collect(Collectors.joining(", ", ", values: {", "}")));
      }
      lines.append("}\n");
    }
    String whole = text.substring(0, block.start()) + lines + "\n" + text.substring(block.end());
    requireSame(queries, read(whole).queries());
    return whole;
  }

  private static void requireSame(List<?> meant, List<?> read) {
    if (!read.equals(meant)) {
      throw new IllegalStateException("What was added was not read back as it was meant.");
    }
  }

  private static Matcher block(Pattern pattern, String key, String text) {
    Matcher block = pattern.matcher(text);
    if (!block.find()) {
      throw new IllegalArgumentException(
          "There is no block of lines below `%s:`, so that it cannot be changed.".formatted(key));
    }
    return block;
  }

  private static String yaml(Paraphrase wording) {
    StringBuilder out = new StringBuilder();
    out.append("  ").append(wording.id()).append(":\n");
    line(out, "provenance", wording.provenance());
    if (wording.firstPublic() != null) {
      line(out, "first_public", wording.firstPublic());
    }
    if (wording.system() != null) {
      line(out, "system", wording.system());
    }
    line(out, "user", wording.user());
    if (!wording.followUps().isEmpty()) {
      out.append("    follow_ups:\n");
      wording
          .followUps()
          .forEach(text -> out.append("      - ").append(Quoted.of(text)).append('\n'));
    }
    if (wording.prefill() != null) {
      line(out, "prefill", wording.prefill());
    }
    return out.toString();
  }

  /** As lines below the key, where they are read back as the same text. */
  private static void line(StringBuilder out, String key, String text) {
    boolean isBlock =
        text.contains("\n")
            && text.equals(text.strip())
            && text.chars().noneMatch(c -> c < ' ' && c != '\n');
    if (isBlock) {
      out.append("    ").append(key).append(": |-\n");
      text.lines()
          .forEach(one -> out.append(one.isEmpty() ? "" : "      ").append(one).append('\n'));
      return;
    }
    out.append("    ").append(key).append(": ").append(Quoted.of(text)).append('\n');
  }
}
