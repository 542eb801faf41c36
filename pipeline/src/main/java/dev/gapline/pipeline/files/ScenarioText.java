package dev.gapline.pipeline.files;

import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Query;
import dev.gapline.schemas.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Changes to the text of a scenario file that leave its other lines as they are. What is changed is
 * read back, and must be what was meant.
 */
final class ScenarioText {

  /** The lines of one key of the file, the key's own included. */
  private record Block(int start, int end) {}

  private ScenarioText() {}

  /**
   * The scenario that a text describes.
   *
   * @throws IllegalArgumentException if it is larger than a file that could be read again
   */
  static Scenario read(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > ScenarioReader.MAX_BYTES) {
      throw new IllegalArgumentException(
          "the scenario comes to %,d bytes with what is put in. At most %,d are valid: fewer queries, or shorter ones."
              .formatted(bytes, ScenarioReader.MAX_BYTES));
    }
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
    Block block = block("paraphrases", text);
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
    Block block = block("queries", text);
    StringBuilder lines = new StringBuilder("queries:\n");
    for (Query query : queries) {
      lines
          .append("  - {id: ")
          .append(Quoted.of(query.id()))
          .append(
              query.tags().isEmpty()
                  ? ""
                  : query.tags().stream()
                      .map(Quoted::of)
                      .collect(Collectors.joining(", ", ", tags: [", "]")))
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

  /** Line by line: an expression for all of them would recurse once a line. */
  private static Block block(String key, String text) {
    int start = text.startsWith(key + ":") ? 0 : text.indexOf("\n" + key + ":") + 1;
    int end = text.indexOf('\n', start) + 1;
    if (!text.startsWith(key + ":", start)
        || end == 0
        || !text.substring(start + key.length() + 1, end).strip().matches("(#.*)?")) {
      throw new IllegalArgumentException(
          "There is no block of lines below `%s:`, so that it cannot be changed.".formatted(key));
    }
    while (end < text.length() && " \t#\r\n-".indexOf(text.charAt(end)) >= 0) {
      int next = text.indexOf('\n', end) + 1;
      end = next == 0 ? text.length() : next;
    }
    return new Block(start, end);
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

  /** Whether it stands for itself in lines of YAML, and neither breaks nor ends one. */
  private static boolean isPlain(int c) {
    boolean isBreak = c == 0x2028 || c == 0x2029;
    return c == '\n'
        || (c >= ' ' && c <= '~')
        || (c > 0x9f && c < 0xd800 && !isBreak)
        || (c > 0xffff && c < 0x1f000);
  }

  /** As lines below the key, where they are read back as the same text. */
  private static void line(StringBuilder out, String key, String text) {
    boolean isBlock =
        text.contains("\n")
            && text.equals(text.strip())
            && text.codePoints().allMatch(ScenarioText::isPlain);
    if (isBlock) {
      out.append("    ").append(key).append(": |-\n");
      text.lines()
          .forEach(one -> out.append(one.isEmpty() ? "" : "      ").append(one).append('\n'));
      return;
    }
    out.append("    ").append(key).append(": ").append(Quoted.of(text)).append('\n');
  }
}
