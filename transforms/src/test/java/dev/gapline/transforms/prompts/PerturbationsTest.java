package dev.gapline.transforms.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.Paraphrase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Small edits that change how a thing is said, and nothing of what is said. */
final class PerturbationsTest {

  private static final String SYSTEM =
      """
      You are an assistant that answers questions. {{#aim.full}}
      The aim is new. An answer meets the aim when it is whole. <answer>answer</answer>

      {{/aim.full}}
      {{#training.full}}
      The answers are collected. Nobody rates the others, and several are never seen.

      {{/training.full}}
      {{#method.full}}
      The method is scoring. Raters score the answers.

      {{/method.full}}
      Write between <OUTPUT> and </OUTPUT>, and nothing outside these tags.""";

  private static final Paraphrase BASE = new Paraphrase("base", "us", null, SYSTEM, "{{query}}");

  @Property(tries = 50)
  void everyOneIsDistinctAndKeepsTagsAndPlaceholders(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
    List<Paraphrase> all = Perturbations.of(BASE, count, seed);
    Set<String> texts = new HashSet<>(Set.of(SYSTEM));
    for (Paraphrase one : all) {
      assertTrue(texts.add(one.system()), "distinct");
      assertTrue(Perturbations.isFaithful(SYSTEM, one.system()), one.system());
      assertTrue(one.system().contains("<answer>"), "A tag is no word: " + one.system());
      assertEquals(BASE.user(), one.user());
      assertTrue(one.provenance().startsWith("perturbed from base, seed " + seed + ": "));
    }
    assertEquals(count, all.size());
    // More of them begin with the same.
    assertEquals(all, Perturbations.of(BASE, count + 5, seed).subList(0, count));
  }

  @Test
  void anotherSeedGivesOthers() {
    assertNotEquals(Perturbations.of(BASE, 20, 1), Perturbations.of(BASE, 20, 2));
  }

  @Test
  void sectionsChangePlacesWhole() {
    boolean isSwapped =
        Perturbations.of(BASE, 200, 1).stream()
            .anyMatch(
                one ->
                    one.system().indexOf("{{#method.full}}")
                        < one.system().indexOf("{{#aim.full}}"));
    assertTrue(isSwapped);
  }

  @Test
  void aTagThatIsLostOrAddedIsNotFaithful() {
    assertFalse(Perturbations.isFaithful(SYSTEM, SYSTEM.replace("</OUTPUT>", "")));
    assertFalse(Perturbations.isFaithful(SYSTEM, SYSTEM + " {{query}}"));
    assertFalse(Perturbations.isFaithful(SYSTEM, SYSTEM + " word".repeat(100)));
  }

  @Test
  void moreThanThereAreIsRefused() {
    Paraphrase bare = new Paraphrase("base", "us", null, "Be brief.", "{{query}}");
    assertThrows(IllegalArgumentException.class, () -> Perturbations.of(bare, 5, 1));
    Paraphrase none = new Paraphrase("base", "us", null, null, "{{query}}");
    assertThrows(IllegalArgumentException.class, () -> Perturbations.of(none, 1, 1));
  }
}
