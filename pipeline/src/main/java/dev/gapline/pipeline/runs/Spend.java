package dev.gapline.pipeline.runs;

import dev.gapline.transforms.RunState;
import dev.gapline.transforms.providers.Charge;
import java.util.Locale;

/** What was spent against the ceilings, in words. */
final class Spend {

  private Spend() {}

  static String text(Charge charge, RunState.Budget budget) {
    return String.format(
        Locale.ROOT,
        "$%,.2f%s, %,d%s tokens",
        charge.usd(),
        budget.usd() == null ? "" : String.format(Locale.ROOT, " of $%,.2f", budget.usd()),
        charge.tokens(),
        budget.tokens() == null ? "" : String.format(Locale.ROOT, " of %,d", budget.tokens()));
  }
}
