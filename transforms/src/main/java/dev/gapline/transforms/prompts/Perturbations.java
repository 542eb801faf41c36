package dev.gapline.transforms.prompts;

import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Paraphrase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Perturbations of a wording: small edits of its system message, composed at random by a seed. They
 * change white space, words, the order of sections, and formatting; never a tag, a placeholder, or
 * what is said. Each is distinct, holds every tag and placeholder of the wording exactly as often,
 * and has 0.7 to 1.3 times its words.
 */
public final class Perturbations {

  private static final int MOST_EDITS = 6;
  private static final int TRIES = 200;

  /** What no edit of words may touch. */
  private static final Pattern FIXED = Pattern.compile("\\{\\{[^}]*\\}\\}|</?[A-Za-z_][^>]*>");

  private static final Pattern SECTION = Pattern.compile("\\{\\{([#^/])([^}]+)\\}\\}");
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[a-z])\\. (?=[A-Z])");

  /** Words and what may stand for them in instructions like these. */
  private static final List<String[]> SYNONYMS =
      List.of(
          pair("collected", "gathered"),
          pair("questions", "queries"),
          pair("never", "at no time"),
          pair("nobody", "no one"),
          pair("choose", "decide"),
          pair("whole", "entirety"),
          pair("expected", "asked"),
          pair("more likely", "likelier"),
          pair("score", "grade"),
          pair("scores", "grades"),
          pair("scored", "graded"),
          pair("several", "a number of"),
          pair("begin", "start"),
          pair("developed", "built"),
          pair("develops", "builds"),
          pair("way", "manner"),
          pair("also", "too"),
          pair("follow", "keep to"),
          pair("outside", "beyond"),
          pair("adjusted", "altered"),
          pair("method", "procedure"),
          pair("aim", "goal"),
          pair("looked at", "read"),
          pair("options", "choices"),
          pair("situations", "cases"),
          pair("serves", "helps"),
          pair("would rather", "would prefer to"),
          pair("comes first", "goes first"),
          pair("describe", "report"),
          pair("marks", "ratings"),
          pair("conversations", "exchanges"),
          pair("public", "general public"),
          pair("tells you", "shows you"),
          pair("without refusing", "without a refusal"),
          pair("whatever it is", "of any kind"),
          pair("in every answer", "each time"));

  private Perturbations() {}

  private static String[] pair(String one, String other) {
    return new String[] {one, other};
  }

  /** One edit: its name, and what it makes of a text; the same text where it finds no place. */
  private interface Edit {
    String apply(String text);
  }

  private record Named(String name, Edit edit) {}

  /**
   * That many perturbations of a wording, in the order of their ids, {@code e001} and so on.
   *
   * @throws IllegalArgumentException if it has no system message, or not so many are to be found
   */
  public static List<Paraphrase> of(Paraphrase wording, int count, long seed) {
    if (wording.system() == null) {
      throw new IllegalArgumentException(
          "Wording %s has no system message to perturb.".formatted(wording.id()));
    }
    List<Named> edits = edits(wording.system());
    Set<String> seen = new HashSet<>(Set.of(wording.system()));
    List<Paraphrase> all = new ArrayList<>();
    for (int n = 0; all.size() < count; n++) {
      if (n >= (long) TRIES * count) {
        throw new IllegalArgumentException(
            "Wording %s has %d distinct perturbations of this kind, not %d."
                .formatted(wording.id(), all.size(), count));
      }
      Random random = new Random(Hashing.splitmix64(seed) ^ Hashing.splitmix64(n));
      Set<String> names = new TreeSet<>();
      String text = wording.system();
      for (int k = 1 + random.nextInt(MOST_EDITS); k > 0; k--) {
        Named one = edits.get(random.nextInt(edits.size()));
        String edited = one.edit().apply(text);
        if (!edited.equals(text) && names.add(one.name())) {
          text = edited;
        }
      }
      if (isFaithful(wording.system(), text) && seen.add(text)) {
        all.add(
            new Paraphrase(
                String.format(Locale.ROOT, "e%03d", all.size() + 1),
                "perturbed from %s, seed %d: %s"
                    .formatted(wording.id(), seed, String.join(", ", names)),
                null,
                text,
                wording.user(),
                wording.followUps(),
                wording.prefill()));
      }
    }
    return all;
  }

  private static List<Named> edits(String text) {
    List<Named> edits = new ArrayList<>();
    for (String[] synonyms : SYNONYMS) {
      edits.add(synonym(synonyms[0], synonyms[1]));
    }
    int sections = sections(text).size();
    for (int i = 0; i < sections; i++) {
      for (int j = i + 1; j < sections; j++) {
        int one = i;
        int other = j;
        edits.add(
            new Named("order of %d and %d".formatted(i + 1, j + 1), t -> swapped(t, one, other)));
      }
    }
    edits.add(
        new Named("two blanks after a sentence", t -> SENTENCE_END.matcher(t).replaceAll(".  ")));
    edits.add(
        new Named("a line for each sentence", t -> SENTENCE_END.matcher(t).replaceAll(".\n")));
    for (int i = 0; i < sections; i++) {
      int one = i;
      edits.add(new Named("section %d in bold".formatted(i + 1), t -> emboldened(t, one)));
    }
    return edits;
  }

  private static Named synonym(String from, String to) {
    Pattern word = Pattern.compile("\\b" + Pattern.quote(from) + "\\b");
    return new Named(
        "%s for %s".formatted(to, from),
        text -> {
          StringBuilder out = new StringBuilder();
          int end = 0;
          Matcher fixed = FIXED.matcher(text);
          while (fixed.find()) {
            out.append(word.matcher(text.substring(end, fixed.start())).replaceAll(to));
            out.append(fixed.group());
            end = fixed.end();
          }
          return out.append(word.matcher(text.substring(end)).replaceAll(to)).toString();
        });
  }

  private record Span(int start, int end) {}

  /** The sections that lie side by side, on the outermost level that has more than one. */
  private static List<Span> sections(String text) {
    Span within = new Span(0, text.length());
    while (true) {
      List<Span> found = new ArrayList<>();
      int depth = 0;
      int start = 0;
      Matcher tag = SECTION.matcher(text).region(within.start(), within.end());
      Span inner = null;
      while (tag.find()) {
        if (!tag.group(1).equals("/")) {
          if (depth++ == 0) {
            start = tag.start();
            inner = new Span(tag.end(), tag.end());
          }
        } else if (--depth == 0) {
          found.add(new Span(start, tag.end()));
          inner = new Span(inner.start(), tag.start());
        }
      }
      if (found.size() != 1) {
        return found;
      }
      within = inner;
    }
  }

  private static String swapped(String text, int one, int other) {
    List<Span> sections = sections(text);
    if (other >= sections.size()) {
      return text;
    }
    Span a = sections.get(one);
    Span b = sections.get(other);
    return text.substring(0, a.start())
        + text.substring(b.start(), b.end())
        + text.substring(a.end(), b.start())
        + text.substring(a.start(), a.end())
        + text.substring(b.end());
  }

  /** Its first line of plain prose in bold. */
  private static String emboldened(String text, int section) {
    List<Span> sections = sections(text);
    if (section >= sections.size()) {
      return text;
    }
    Span span = sections.get(section);
    Matcher sentence =
        Pattern.compile("(?m)^([A-Z][^.{}<>*]+\\.)").matcher(text).region(span.start(), span.end());
    return sentence.find()
        ? text.substring(0, sentence.start())
            + "**"
            + sentence.group(1)
            + "**"
            + text.substring(sentence.end())
        : text;
  }

  /** The hard rules: every tag and placeholder as often as before, and about as many words. */
  static boolean isFaithful(String before, String after) {
    double ratio =
        (double) Wordings.words(after).size() / Math.max(1, Wordings.words(before).size());
    return fixed(before).equals(fixed(after)) && ratio >= 0.7 && ratio <= 1.3;
  }

  private static List<String> fixed(String text) {
    List<String> all = new ArrayList<>();
    Matcher found = FIXED.matcher(text);
    while (found.find()) {
      all.add(found.group());
    }
    Collections.sort(all);
    return all;
  }
}
