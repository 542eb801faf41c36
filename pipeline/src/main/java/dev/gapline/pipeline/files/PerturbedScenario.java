package dev.gapline.pipeline.files;

import dev.gapline.schemas.Paraphrase;
import dev.gapline.transforms.prompts.Perturbations;

/** A scenario file with perturbations of one of its wordings added at the end of its wordings. */
public final class PerturbedScenario {

  /** How many of one wording are made at most. */
  public static final int MOST = 999;

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
    Paraphrase base = ScenarioText.wording(ScenarioText.read(text), wording);
    return ScenarioText.withWordings(text, Perturbations.of(base, count, seed));
  }
}
