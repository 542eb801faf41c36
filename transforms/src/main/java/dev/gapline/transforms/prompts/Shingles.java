package dev.gapline.transforms.prompts;

import dev.gapline.schemas.Message;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Scenario;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The runs of four successive words of a text, each as a hash: enough to say how much of it another
 * text has, without the text. They are no secret: whoever guesses four words in a row can see that
 * he guessed right.
 *
 * <p>The text is put into NFC and small letters, marks in double curly brackets and tags in angle
 * brackets are left out, and words are what stands between white space. A hash is the first 16
 * hexadecimal digits of the SHA-256 of the UTF-8 of four words, joined by one space each.
 *
 * @param hashes sorted, each once; 16 small hexadecimal digits each; none for a text of fewer than
 *     four words
 */
public record Shingles(List<String> hashes) {

  /** Digits of a hash. */
  public static final int DIGITS = 16;

  public Shingles {
    hashes = List.copyOf(new TreeSet<>(hashes));
  }

  /** Those of a text. */
  public static Shingles of(String text) {
    String plain = WordingGate.withoutTags(Normalizer.normalize(text, Normalizer.Form.NFC));
    return new Shingles(
        Wordings.runs(Wordings.words(plain)).stream()
            .map(run -> hash(String.join(" ", run)))
            .toList());
  }

  /**
   * Those of the system message of a wording of that scenario, as it is sent: for the first query
   * in the first condition, at the reference levels. None for a wording without one.
   *
   * @throws IllegalArgumentException if it is no template of the scenario
   */
  public static Shingles ofSystem(Scenario scenario, Paraphrase wording) {
    return of(
        new PromptRenderer(scenario.withParaphrases(List.of(wording)))
                .render(
                    wording.id(),
                    scenario.conditions().get(0).name(),
                    new TreeMap<>(),
                    scenario.queries().get(0))
                .stream()
                .filter(message -> message.role().equals("system"))
                .map(Message::content)
                .collect(Collectors.joining("\n")));
  }

  /**
   * The share of runs in common among all of both (Jaccard's index): 0 none, 1 all; null when
   * either text has none.
   */
  public Double overlap(Shingles other) {
    return hashes.isEmpty() || other.hashes.isEmpty()
        ? null
        : jaccard(Set.copyOf(hashes), Set.copyOf(other.hashes));
  }

  static Double jaccard(Set<?> one, Set<?> other) {
    Set<Object> common = new HashSet<>(one);
    common.retainAll(other);
    int all = one.size() + other.size() - common.size();
    return all == 0 ? null : Double.valueOf((double) common.size() / all);
  }

  private static String hash(String words) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(words.getBytes(StandardCharsets.UTF_8)))
          .substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
