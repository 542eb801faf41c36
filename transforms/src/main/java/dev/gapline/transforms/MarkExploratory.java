package dev.gapline.transforms;

import dev.gapline.schemas.Analysis;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.Study;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Keeps the role {@code confirmatory} to what was declared before the trials were asked. A headline
 * row is exploratory if its hypothesis was not declared then, or is judged otherwise than declared:
 * by other weights, targets, margins or errors, or in a family that lacks a declared hypothesis.
 */
public final class MarkExploratory extends PTransform<PCollection<GapRow>, PCollection<GapRow>> {

  private static final long serialVersionUID = 1L;

  private final Study study;
  private final Analysis registered;

  private MarkExploratory(Study study, Analysis registered) {
    this.study = study;
    this.registered = registered;
  }

  /** Holds the rows of that study against what was declared for those trials. */
  public static MarkExploratory of(Study study, TrialSet trials) {
    return new MarkExploratory(study, trials.registered());
  }

  @Override
  public PCollection<GapRow> expand(PCollection<GapRow> rows) {
    return rows.apply("Mark", ParDo.of(new Mark(study, registered)));
  }

  /** Whether a hypothesis of {@code analysis} is judged as {@code registered} declared it. */
  static boolean isAsDeclared(
      Analysis analysis, Analysis registered, Analysis.Hypothesis hypothesis) {
    String measure = hypothesis.measure().id();
    return registered.primary().contains(hypothesis)
        && analysis.primary().containsAll(registered.primary())
        && analysis.primaryCorrection() == registered.primaryCorrection()
        && analysis.weights() == registered.weights()
        && analysis.queries() == registered.queries()
        && analysis.paraphrases() == registered.paraphrases()
        && analysis.alpha() == registered.alpha()
        && Objects.equals(analysis.margins().get(measure), registered.margins().get(measure));
  }

  private static final class Mark extends DoFn<GapRow, GapRow> {
    private static final long serialVersionUID = 1L;

    private final Study study;
    private final Analysis registered;
    private final Levels levels;

    Mark(Study study, Analysis registered) {
      this.study = study;
      this.registered = registered;
      this.levels = Levels.of(study);
    }

    @ProcessElement
    public void mark(@Element GapRow row, OutputReceiver<GapRow> out) {
      out.output(row.headline() && !isDeclared(row) ? row.exploratory() : row);
    }

    private boolean isDeclared(GapRow row) {
      return study.analysis().primary().stream()
          .filter(hypothesis -> hypothesis.measure().id().equals(row.measure()))
          .filter(hypothesis -> hypothesis.contrast().name().equals(row.contrast()))
          .filter(hypothesis -> levels.coordinates(hypothesis).equals(coordinates(row)))
          .anyMatch(hypothesis -> isAsDeclared(study.analysis(), registered, hypothesis));
    }

    private static List<String> coordinates(GapRow row) {
      SortedSet<String> names = new TreeSet<>(row.factors().keySet());
      if (row.model() != null) {
        names.add("model");
      }
      if (row.paraphrase() != null) {
        names.add("paraphrase");
      }
      if (row.temperature() != null) {
        names.add("temperature");
      }
      return List.copyOf(names);
    }
  }
}
