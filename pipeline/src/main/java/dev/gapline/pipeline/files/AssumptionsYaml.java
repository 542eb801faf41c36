package dev.gapline.pipeline.files;

import dev.gapline.pipeline.files.Assumptions.OfCondition;
import dev.gapline.pipeline.files.Assumptions.OfGap;
import dev.gapline.pipeline.files.Assumptions.OfModel;
import dev.gapline.pipeline.files.Assumptions.Pilot;
import dev.gapline.pipeline.files.Assumptions.Use;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Assumptions as YAML text in one fixed order, numbers with six digits. */
public final class AssumptionsYaml {

  private static final MathContext SIX_DIGITS = new MathContext(6);
  private static final int IDS_A_LINE = 12;

  private final StringBuilder out = new StringBuilder();

  private AssumptionsYaml() {}

  /** The text of an assumptions file. */
  public static String write(Assumptions assumptions) {
    AssumptionsYaml yaml = new AssumptionsYaml();
    yaml.line("# What `gapline plan STUDY --assume` plans with. Change what you know better.");
    if (assumptions.pilot() != null) {
      yaml.pilot(assumptions.pilot());
    }
    yaml.line("models:");
    assumptions.models().forEach(yaml::model);
    return yaml.out.toString();
  }

  private void pilot(Pilot pilot) {
    line("pilot:");
    line("  study: %s", StudyYaml.text(pilot.study()));
    line("  seed: %d", pilot.seed());
    line("  samples: %d", pilot.samples());
    line("  queries:   # asked by the pilot: they stay out of the confirmatory study");
    pilot
        .queries()
        .forEach((scenario, ids) -> line("    %s: [%s]", StudyYaml.text(scenario), wrapped(ids)));
  }

  /** Several lines, for a line's length is limited. */
  private static String wrapped(List<String> ids) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ids.size(); i++) {
      text.append(i == 0 ? "" : i % IDS_A_LINE == 0 ? ",\n      " : ", ");
      text.append(StudyYaml.text(ids.get(i)));
    }
    return text.toString();
  }

  private void model(OfModel model) {
    line("  - model: %s", StudyYaml.text(model.model()));
    if (model.scenario() != null) {
      line("    scenario: %s", StudyYaml.text(model.scenario()));
    }
    if (model.temperature() != null) {
      line("    temperature: %s", model.temperature().text());
    }
    if (!model.conditions().isEmpty()) {
      line("    conditions:");
      model
          .conditions()
          .forEach((name, arm) -> line("      %s: %s", StudyYaml.text(name), condition(arm)));
    }
    String use = use(model.use());
    if (!use.isEmpty()) {
      line("    use: {%s}   # of one answer, on average", use);
    }
    line("    gaps:");
    model.gaps().forEach(gap -> line("      - {%s}", gap(gap)));
  }

  private static String condition(OfCondition arm) {
    List<String> parts = new ArrayList<>();
    add(parts, "trials", arm.trials());
    parts.add("missing: " + number(arm.missing()));
    parts.add("truncated: " + number(arm.truncated()));
    return "{" + String.join(", ", parts) + "}";
  }

  private static String use(Use use) {
    List<String> parts = new ArrayList<>();
    add(parts, "calls", use.calls());
    add(parts, "prompt_tokens", use.promptTokens());
    add(parts, "completion_tokens", use.completionTokens());
    add(parts, "usd", use.usd());
    return String.join(", ", parts);
  }

  private static String gap(OfGap gap) {
    List<String> parts = new ArrayList<>();
    parts.add("measure: " + gap.measure().id());
    parts.add("contrast: " + contrast(gap.contrast()));
    parts.add("p_treatment: " + number(gap.rateTreatment()));
    parts.add("p_control: " + number(gap.rateControl()));
    parts.add("icc: " + number(gap.icc()));
    parts.add("sd_tier: " + number(gap.sdTier()));
    add(parts, "queries", gap.queries());
    return String.join(", ", parts);
  }

  /** Plain when both of its conditions are. */
  private static String contrast(String contrast) {
    String[] arms = contrast.split(" - ", 2);
    boolean isPlain = true;
    for (String arm : arms) {
      isPlain &= StudyYaml.text(arm).equals(arm);
    }
    return isPlain ? contrast : Quoted.of(contrast);
  }

  private static void add(List<String> parts, String key, Number number) {
    if (number != null) {
      parts.add(key + ": " + (number instanceof Double value ? number(value) : number.toString()));
    }
  }

  private static String number(Double value) {
    if (value == null) {
      return "null";
    }
    BigDecimal rounded = new BigDecimal(value).round(SIX_DIGITS);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
