package dev.gapline.pipeline.files;

import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Scenario;
import dev.gapline.transforms.prompts.Perturbations;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A scenario file with perturbations of one of its wordings added at the end of its wordings. */
public final class PerturbedScenario {

  private static final Pattern BLOCK =
      Pattern.compile("(?m)^paraphrases:[ \\t]*(#.*)?\\n((?:[ \\t#].*\\n|\\n)*)");

  private PerturbedScenario() {}

  /**
   * The text of the file.
   *
   * @param text of the scenario, as it stands in its file
   * @param wording whose system message is perturbed
   * @throws IllegalArgumentException if there is no such wording, not so many perturbations, or the
   *     file's wordings are not written in block style
   */
  public static String of(String text, String wording, int count, long seed) {
    Scenario scenario = ScenarioReader.read(new SourceText("scenario.yaml", text));
    Paraphrase base =
        scenario.paraphrases().stream()
            .filter(one -> one.id().equals(wording))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "There is no wording %s. Valid are %s."
                            .formatted(
                                wording,
                                scenario.paraphrases().stream().map(Paraphrase::id).toList())));
    List<Paraphrase> perturbations = Perturbations.of(base, count, seed);
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      throw new IllegalArgumentException(
          "The wordings are not a block of lines below `paraphrases:`, so that none can be added.");
    }
    StringBuilder added = new StringBuilder();
    perturbations.forEach(one -> added.append(yaml(one)));
    String whole =
        text.substring(0, block.end()).stripTrailing()
            + "\n\n"
            + added
            + "\n"
            + text.substring(block.end());
    Scenario read = ScenarioReader.read(new SourceText("scenario.yaml", whole));
    int before = scenario.paraphrases().size();
    if (!read.paraphrases().subList(before, before + count).equals(perturbations)) {
      throw new IllegalStateException("The perturbations were not read back as they were made.");
    }
    return whole;
  }

  private static String yaml(Paraphrase wording) {
    StringBuilder out = new StringBuilder();
    out.append("  ").append(wording.id()).append(":\n");
    line(out, "provenance", wording.provenance());
    line(out, "system", wording.system());
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
