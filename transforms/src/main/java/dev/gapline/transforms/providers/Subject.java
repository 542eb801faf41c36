package dev.gapline.transforms.providers;

import dev.gapline.schemas.Behaviour;
import java.util.Map;

/** Decides what a simulated model does in one trial. */
interface Subject {

  /**
   * What happens; equal arguments give an equal draw.
   *
   * @param condition as read from the prompt; null when the prompt does not tell it
   * @param levels as read from the prompt, by factor; a factor that it does not tell is left out
   */
  Draw draw(
      String trialId,
      String query,
      String paraphrase,
      String condition,
      Map<String, String> levels,
      double temperature);

  /**
   * One trial's fate.
   *
   * @param fails whether the provider fails; there is no answer then
   * @param behaviour of the answer
   * @param latencyMs until the answer, milliseconds
   */
  record Draw(boolean fails, Behaviour behaviour, double latencyMs) {}
}
