package dev.gapline.transforms.prompts;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Scenario;
import dev.gapline.transforms.prompts.ScenarioCheck.Overlap;
import dev.gapline.transforms.prompts.ScenarioCheck.WordingLength;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How the wordings of a scenario compare, in length and in what they have in common. */
record Wordings(List<WordingLength> lengths, List<Overlap> overlaps, List<String> problems) {

  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final String REFERENCE = "base";
  static final double SHORTEST = 0.7;
  static final double LONGEST = 1.3;

  /** Successive words that are compared as one. */
  private static final int RUN = 4;

  /** Compares the prompts of the first query in the first condition, at the reference levels. */
  static Wordings of(Scenario scenario, PromptRenderer renderer) {
    Map<String, List<String>> words = new LinkedHashMap<>();
    for (Paraphrase paraphrase : scenario.paraphrases()) {
      words.put(
          paraphrase.id(),
          words(
              joined(
                  renderer.render(
                      paraphrase.id(),
                      scenario.conditions().get(0).name(),
                      new TreeMap<>(),
                      scenario.queries().get(0)))));
    }
    List<WordingLength> lengths = new ArrayList<>();
    List<Overlap> overlaps = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<String> base = words.get(REFERENCE);
    List<String> ids = List.copyOf(words.keySet());
    for (int i = 0; i < ids.size(); i++) {
      String id = ids.get(i);
      List<String> own = words.get(id);
      Double ratio = base == null ? null : Double.valueOf((double) own.size() / base.size());
      lengths.add(new WordingLength(id, own.size(), ratio));
      if (ratio != null && (ratio < SHORTEST || ratio > LONGEST)) {
        problems.add(
            String.format(
                Locale.ROOT,
                "Paraphrase %s has %.2f times the words of %s; %.1f to %.1f is valid.",
                id,
                ratio,
                REFERENCE,
                SHORTEST,
                LONGEST));
      }
      for (String other : ids.subList(i + 1, ids.size())) {
        overlaps.add(new Overlap(id, other, jaccard(own, words.get(other))));
      }
    }
    return new Wordings(lengths, overlaps, problems);
  }

  static String joined(List<Message> messages) {
    return messages.stream().map(Message::content).collect(Collectors.joining("\n"));
  }

  static List<String> words(String text) {
    return SPACE.splitAsStream(text.strip()).filter(word -> !word.isEmpty()).toList();
  }

  /** The share of runs in common among all of both; null when neither text has one. */
  static Double jaccard(List<String> one, List<String> other) {
    return Shingles.jaccard(runs(one), runs(other));
  }

  /** Each run of successive words that are compared as one, in small letters. */
  static Set<List<String>> runs(List<String> words) {
    List<String> lower = words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    Set<List<String>> runs = new HashSet<>();
    for (int i = 0; i + RUN <= lower.size(); i++) {
      runs.add(lower.subList(i, i + RUN));
    }
    return runs;
  }
}
