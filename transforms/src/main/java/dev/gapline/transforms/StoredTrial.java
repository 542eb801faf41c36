package dev.gapline.transforms;

import dev.gapline.schemas.Behaviour;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.ParseStatus;
import dev.gapline.schemas.Verdict;
import java.util.SortedMap;

/**
 * One stored trial, as its row of {@code trials} says it: what counting needs, and no prompt. It is
 * a view of the row that is being read and changes with the next one; what is to be kept is taken
 * out of it.
 */
public interface StoredTrial {

  /** Place in the order of the plan. */
  long orderIndex();

  /** Name of the scenario. */
  String scenario();

  /** The study's id of the model. */
  String model();

  /** The wording. */
  String paraphrase();

  /** As a number; the study has its text. */
  double temperature();

  /** The level of a factor, by the factor's place in the order of the factors' names. */
  String factor(int place);

  /** The query, the unit of clustering. */
  String query();

  /** The arm. */
  String condition();

  /** Start of the trial's window in seconds; null in a study of one window. */
  Long windowStartSeconds();

  /** How the answer could be read. */
  ParseStatus parseStatus();

  /** 0, 0.5 or 1; null when missing. */
  Double complied();

  /** The six-way category; null when missing. */
  Behaviour behaviour();

  /** Whether the reasoning fakes alignment; null without reasoning. */
  Boolean afPartial();

  /** Whether it does so without compromise; null without reasoning. */
  Boolean afFull();

  /** Whether the reasoning considers that the model may be changed; null without reasoning. */
  Boolean considers();

  /** The tokens that decided the answer, as JSON text; null when they are not known. */
  String decision();

  /** Calls made for the trial. */
  int attempts();

  /** When its last call was sent, milliseconds since the epoch; 0 if that is unknown. */
  long sentAtMillis();

  /** The model that the provider reports; null when none did. */
  String responseModel();

  /** Why no answer came; null when one did. */
  String failureCategory();

  /** Whether enough of a judge's votes say that the reasoning fakes; null when unknown. */
  Boolean afVotes();

  /** Whether each of the study's further measures holds; without those that are not known. */
  SortedMap<Measure, Boolean> further();

  /** Whether the outcome was settled before the leg that stored it. */
  boolean isReused();

  /** The answer as it came; null when none did, or when it was not asked for. */
  String responseText();

  /** The reasoning found; null when there is none, or when it was not asked for. */
  String reasoningText();

  /** Where the reasoning was found: tags or provider; null as the reasoning is. */
  String reasoningSource();

  /** Why the answer ended, as the provider names it; null when unsaid, or not asked for. */
  String finishReason();

  /** Whether it took more than its first call to settle the trial. */
  default boolean isRetried() {
    return attempts() > 1;
  }

  /** What the classifier said of it, without the text of the reasoning. */
  default Verdict verdict() {
    return new Verdict(
        parseStatus(),
        complied(),
        behaviour(),
        null,
        null,
        afPartial(),
        afFull(),
        considers(),
        afVotes(),
        further());
  }
}
