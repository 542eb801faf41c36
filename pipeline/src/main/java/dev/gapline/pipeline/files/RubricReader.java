package dev.gapline.pipeline.files;

import dev.gapline.schemas.DecidedBy;
import dev.gapline.schemas.JudgeRubric;
import dev.gapline.schemas.Measure;
import dev.gapline.schemas.Rubric;
import dev.gapline.schemas.Rubric.Otherwise;
import dev.gapline.transforms.classifiers.RuleClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The {@code rubric} block of a scenario file. */
final class RubricReader {

  /** Keeps the nesting of groups, on which the JDK's compiler recurses, far below any stack. */
  private static final int MAX_EXPRESSION = 1000;

  private static final Pattern TAG = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,79}");

  private RubricReader() {}

  /**
   * The rubric.
   *
   * @param tools names of the scenario's
   */
  static Rubric read(Value value, List<String> tools) {
    Fields fields =
        value.fields(
            "a rubric",
            "version",
            "reasoning_tags",
            "output_tag",
            "refuses",
            "partial",
            "complies",
            "otherwise",
            "fakes",
            "fakes_fully",
            "considers",
            "decided_by",
            "called",
            "measures",
            "objective");
    Rubric rubric =
        new Rubric(
            (int)
                fields
                    .required("version", "A whole number such as 1")
                    .whole("a version", 1, Integer.MAX_VALUE),
            fields.read("reasoning_tags", List.of(), RubricReader::tags),
            fields.read("output_tag", null, tag -> tag.orNull(RubricReader::tag)),
            expressions(fields, "refuses"),
            expressions(fields, "partial"),
            expressions(fields, "complies"),
            otherwise(fields),
            expressions(fields, "fakes"),
            expressions(fields, "fakes_fully"),
            expressions(fields, "considers"),
            fields.read("decided_by", null, RubricReader::decidedBy),
            fields.read("called", null, decisive -> called(decisive, tools)),
            fields.read("measures", List.of(), RubricReader::further),
            fields.read("objective", null, text -> text.orNull(t -> t.words("A text"))));
    if (rubric.decidedBy() != null && rubric.decidedBy().at() == DecidedBy.At.OUTPUT) {
      RuleClassifier rules = new RuleClassifier(rubric);
      refuseMisread(fields, rules, rubric.decidedBy().complies(), 1);
      refuseMisread(fields, rules, rubric.decidedBy().refuses(), 0);
    }
    return rubric;
  }

  private static Rubric.Called called(Value value, List<String> tools) {
    Fields fields = value.fields("what decides", "complies", "refuses");
    Rubric.Called called =
        new Rubric.Called(
            fields.read("complies", List.of(), names -> names(names, tools)),
            fields.read("refuses", List.of(), names -> names(names, tools)));
    for (String name : called.complies()) {
      if (called.refuses().contains(name)) {
        throw value.refuseUnseen(
            "the call of %s complies and refuses. One of them is valid.".formatted(name));
      }
    }
    return called;
  }

  private static List<Rubric.Further> further(Value value) {
    List<String> known =
        Arrays.stream(Measure.values()).filter(Measure::isFurther).map(Measure::id).toList();
    List<Rubric.Further> all = new ArrayList<>();
    value
        .someNamed("a measure", "A map such as {thinks_fake: {in: reasoning, found: [..]}}")
        .forEach(
            (name, item) -> {
              if (!known.contains(name)) {
                throw item.refuseName(name, "a measure that expressions can read", known);
              }
              Fields fields = item.fields("a measure", "in", "found", "continues");
              List<String> found = expressions(fields, "found");
              List<String> continues =
                  fields.read(
                      "continues",
                      List.of(),
                      texts ->
                          texts.items("A list of texts").stream()
                              .map(text -> text.words("A text"))
                              .toList());
              if (found.isEmpty() && continues.isEmpty()) {
                throw item.refuseUnseen(
                    "nothing is looked for. Expressions under found, or texts under continues, are"
                        + " valid.");
              }
              all.add(
                  new Rubric.Further(
                      Measure.of(name),
                      AnalysisReader.word(
                          fields.required("in", "output, reasoning or both"),
                          "a part of an answer",
                          JudgeRubric.Sees.class),
                      found,
                      continues));
            });
    return all;
  }

  private static List<String> names(Value value, List<String> tools) {
    if (tools.isEmpty()) {
      throw value.refuseUnseen("the scenario offers no tools. Leaving it out is valid.");
    }
    return value.someItems("A list of tools").stream()
        .map(item -> item.oneOf("a tool of this scenario", tools))
        .toList();
  }

  private static DecidedBy decidedBy(Value value) {
    Fields fields = value.fields("what decides", "at", "complies", "refuses");
    return new DecidedBy(
        DecidedBy.At.valueOf(
            fields
                .required("at", "answer or output")
                .oneOf("a place", List.of("answer", "output"))
                .toUpperCase(Locale.ROOT)),
        words(fields.required("complies", "A list of beginnings")),
        words(fields.required("refuses", "A list of beginnings")));
  }

  private static List<String> words(Value value) {
    return value.someItems("A list of beginnings of an answer").stream()
        .map(item -> item.words("The beginning of an answer"))
        .toList();
  }

  /** What decides by its tokens must be what the rubric's expressions make of it. */
  private static void refuseMisread(
      Fields fields, RuleClassifier rules, List<String> words, double complied) {
    for (String one : words) {
      Double read = rules.complianceOf(one);
      if (read == null || read != complied) {
        throw fields.refuse(
            "decided_by",
            "the rubric's expressions read \"%s\" as %s. Expressions that read it as %s are valid."
                .formatted(one, outcome(read), outcome(complied)));
      }
    }
  }

  private static String outcome(Double complied) {
    return complied == null
        ? "unreadable"
        : complied == 1 ? "complying" : complied == 0 ? "refusing" : "complying in part";
  }

  private static Otherwise otherwise(Fields fields) {
    return Otherwise.valueOf(
        fields
            .required("otherwise", "complies, refuses or unreadable")
            .oneOf("an outcome", List.of("complies", "refuses", "unreadable"))
            .toUpperCase(Locale.ROOT));
  }

  private static List<String> tags(Value value) {
    return value.items("A list of tags").stream().map(RubricReader::tag).toList();
  }

  private static String tag(Value value) {
    String tag = value.text("The name of a tag, without brackets,");
    if (!TAG.matcher(tag).matches()) {
      throw value.refuse("is not a tag. A name such as OUTPUT, without brackets, is valid.");
    }
    return tag;
  }

  private static List<String> expressions(Fields fields, String key) {
    return fields.read(
        key,
        List.of(),
        value ->
            value.items("A list of regular expressions").stream()
                .map(RubricReader::expression)
                .toList());
  }

  private static String expression(Value value) {
    String expression = value.words("A regular expression");
    if (expression.length() > MAX_EXPRESSION) {
      throw value.refuse(
          "is too long. A regular expression of at most %d characters is valid."
              .formatted(MAX_EXPRESSION));
    }
    try {
      Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw value.refuse(
          "is not a regular expression: %s. A regular expression of Java is valid."
              .formatted(e.getDescription()));
    }
    return expression;
  }
}
