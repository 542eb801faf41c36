package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.runs.Refused;
import dev.gapline.pipeline.runs.Terminal;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.RunFolder;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks before calls that may cost money. Simulated subjects and servers on loopback never need it;
 * without a terminal, {@code --yes} or a budget stands for the answer.
 */
final class Consent {

  private Consent() {}

  static void ask(
      Study study, List<ModelSpec> asked, RunFolder folder, boolean yes, PrintWriter messages)
      throws IOException {
    List<String> paid = asked.stream().filter(ModelSpec::isHosted).map(ModelSpec::id).toList();
    if (paid.isEmpty() || yes) {
      return;
    }
    Estimates.of(StudyPlan.of(study), folder).lines().forEach(messages::println);
    Optional<Console> console = Terminal.find();
    if (console.isPresent()) {
      String answer =
          console.get().readLine("Ask %s? This may cost money. [y/N] ", String.join(", ", paid));
      if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
        throw new Refused("Nothing was asked.");
      }
    } else if (study.budgetUsd() == null && study.budgetTokens() == null) {
      throw new Refused(
          "Asking %s may cost money. Without a terminal, --yes or a budget in the study is needed."
              .formatted(String.join(", ", paid)));
    }
  }
}
