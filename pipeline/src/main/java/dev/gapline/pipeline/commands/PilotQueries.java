package dev.gapline.pipeline.commands;

import dev.gapline.pipeline.files.Assumptions.Pilot;
import dev.gapline.pipeline.files.PilotStudy;
import dev.gapline.schemas.QuerySelection;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which of a pilot's queries a study would ask again, and how many others it has. */
final class PilotQueries {

  private final Study study;
  private final SortedMap<String, List<String>> pilot;

  /**
   * Of a study and its pilot.
   *
   * @param pilot null when no pilot was asked
   */
  PilotQueries(Study study, Pilot pilot) {
    this.study = study;
    this.pilot = pilot == null ? new TreeMap<>() : pilot.queries();
  }

  /** Queries of the smallest scenario without the pilot's; without end for made-up ones. */
  long left() {
    if (isMadeUp()) {
      return Long.MAX_VALUE;
    }
    long least = Long.MAX_VALUE;
    for (Scenario scenario : study.scenarios()) {
      Set<String> asked = new HashSet<>(pilot.getOrDefault(scenario.name(), List.of()));
      long left = scenario.queries().stream().filter(query -> !asked.contains(query.id())).count();
      least = Math.min(least, left);
    }
    return least;
  }

  /** What a person should know of them; nothing without a pilot. */
  List<String> lines() {
    if (pilot.isEmpty()) {
      return List.of();
    }
    long asked = pilot.values().stream().mapToLong(List::size).sum();
    SortedMap<String, List<String>> again = again();
    long count = again.values().stream().mapToLong(List::size).sum();
    if (count == 0) {
      return List.of(
          String.format(Locale.ROOT, "None of the pilot's %,d queries is in this study.", asked));
    }
    List<String> lines = new ArrayList<>();
    OptionalLong draw = PilotStudy.largestDrawWithout(study, pilot);
    lines.add(
        String.format(
            Locale.ROOT,
            "warning: %,d of the pilot's %,d queries are in this study. They should stay out of it:"
                + " what was planned by them is not tested on them.%s",
            count,
            asked,
            draw.isEmpty()
                ? ""
                : String.format(
                    Locale.ROOT,
                    " `queries: {draw: %d}`, or fewer, leaves them out.",
                    draw.getAsLong())));
    again.forEach(
        (scenario, ids) ->
            lines.add("leave out of %s: %s".formatted(scenario, String.join(", ", ids))));
    return lines;
  }

  private SortedMap<String, List<String>> again() {
    SortedMap<String, List<String>> again = new TreeMap<>();
    if (isMadeUp()) {
      return again;
    }
    PlantedGaps.queries(StudyPlan.of(study))
        .forEach(
            (scenario, ids) -> {
              Set<String> asked = new HashSet<>(ids);
              List<String> both =
                  pilot.getOrDefault(scenario, List.of()).stream().filter(asked::contains).toList();
              if (!both.isEmpty()) {
                again.put(scenario, both);
              }
            });
    return again;
  }

  private boolean isMadeUp() {
    return study.queries().kind() == QuerySelection.Kind.SYNTHETIC;
  }
}
