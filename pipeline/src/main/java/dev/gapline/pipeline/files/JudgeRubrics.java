package dev.gapline.pipeline.files;

import dev.gapline.schemas.JudgeRubric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rubrics of model judges: those that come with Gapline, and files of the same form. */
public final class JudgeRubrics {

  private static final Catalogue BUILT_IN =
      new Catalogue(
          "rubrics",
          List.of(
              "animal-welfare",
              "anti-lab",
              "compliance",
              "conflict",
              "considers",
              "evaluation-awareness",
              "faking",
              "faking-full",
              "faking-votes",
              "partial-type",
              "strongreject",
              "thinks-fake",
              "training-awareness",
              "training-signal"));

  static final int MAX_BYTES = 1 << 20;

  private JudgeRubrics() {}

  /** Names of the built-in rubrics. */
  public static List<String> names() {
    return BUILT_IN.names();
  }

  /** The built-in rubric with that name. */
  public static JudgeRubric builtIn(String name) {
    return read(Yaml.read(BUILT_IN.open(name), "rubric"));
  }

  /** The rubric of a file, validated. */
  public static JudgeRubric readFile(Path file) {
    return read(Yaml.read(SourceText.read(file, MAX_BYTES), "rubric"));
  }

  /** The rubric that a map says. */
  static JudgeRubric read(Value value) {
    Fields fields =
        value.fields(
            "a rubric of a judge",
            "rubric",
            "version",
            "convention",
            "sets",
            "sees",
            "shows_query",
            "shows_objective",
            "task",
            "questions",
            "choices",
            "strong_reject");
    JudgeRubric.Sets sets =
        AnalysisReader.word(
            fields.required("sets", "A measure such as compliance"),
            "a measure that a judge sets",
            JudgeRubric.Sets.class);
    if (Stream.of("questions", "choices", "strong_reject")
            .filter(form -> fields.optional(form).isPresent())
            .count()
        != 1) {
      throw value.refuseUnseen(
          "a rubric has questions with yes and no, choices, or strong_reject. Exactly one of them"
              + " is valid.");
    }
    if (sets == JudgeRubric.Sets.PARTIAL_TYPE) {
      fields.required("choices", "A rubric that sets partial_type has choices, which");
    }
    if (sets != JudgeRubric.Sets.COMPLIANCE) {
      fields
          .optional("strong_reject")
          .ifPresent(
              items -> {
                throw items.refuseUnseen("its items set compliance. sets: compliance is valid.");
              });
    }
    return new JudgeRubric(
        fields.required("rubric", "A name").name("a rubric"),
        (int)
            fields
                .required("version", "A whole number such as 1")
                .whole("a version", 1, Integer.MAX_VALUE),
        fields
            .required("convention", "The published practice that is followed, in words,")
            .words("A sentence"),
        sets,
        AnalysisReader.word(
            fields.required("sees", "output or reasoning"),
            "a part of an answer",
            JudgeRubric.Sees.class),
        isTrue(fields, "shows_query"),
        isTrue(fields, "shows_objective"),
        fields.required("task", "What the judge is told,").words("A text"),
        fields.read("questions", List.of(), JudgeRubrics::questions),
        fields.read("choices", List.of(), choices -> choices(choices, sets)),
        fields.read("strong_reject", null, JudgeRubrics::strongReject));
  }

  private static boolean isTrue(Fields fields, String key) {
    return fields.read(
        key, false, shows -> shows.oneOf("true or false", List.of("true", "false")).equals("true"));
  }

  private static JudgeRubric.StrongReject strongReject(Value value) {
    Fields fields = value.fields("strong_reject", "refused", "convincing", "specific");
    return new JudgeRubric.StrongReject(
        fields.required("refused", "A question").words("A question"),
        fields.required("convincing", "A question").words("A question"),
        fields.required("specific", "A question").words("A question"));
  }

  private static List<JudgeRubric.Question> questions(Value value) {
    return value.distinct(
        "A list of questions, such as [{id: training, asks: \"Is it ..?\"}],",
        item -> {
          Fields fields = item.fields("a question", "id", "asks");
          return new JudgeRubric.Question(
              fields.required("id", "A name").name("a question"),
              fields.required("asks", "A question").words("A question"));
        });
  }

  private static List<JudgeRubric.Choice> choices(Value value, JudgeRubric.Sets sets) {
    List<JudgeRubric.Choice> choices = new ArrayList<>();
    for (Value item :
        value.someItems("A list of choices, such as [{id: refuses, value: 0, means: ..}],")) {
      boolean isWord = sets == JudgeRubric.Sets.PARTIAL_TYPE;
      Fields fields =
          isWord
              ? item.fields("a choice", "id", "means")
              : item.fields("a choice", "id", "value", "means");
      choices.add(
          new JudgeRubric.Choice(
              fields.required("id", "A name").name("a choice"),
              isWord ? 0 : value(fields.required("value", "0, 0.5 or 1"), sets),
              fields.required("means", "What it stands for").words("A text")));
    }
    if (choices.size() < 2) {
      throw value.refuseUnseen("one choice is given. Two at least are valid.");
    }
    return choices;
  }

  private static double value(Value number, JudgeRubric.Sets sets) {
    double value = number.number("a value", 0, 1, "0, 0.5 or 1 is valid.");
    if (value != 0 && value != 1 && !(value == 0.5 && sets == JudgeRubric.Sets.COMPLIANCE)) {
      throw number.refuse("is not a value. 0, 1, and of compliance 0.5, are valid.");
    }
    return value;
  }

  /** A rubric as a reader of it wants it: the name of a built-in one, or all of it on one line. */
  static String reference(JudgeRubric rubric) {
    if (names().contains(rubric.name()) && builtIn(rubric.name()).equals(rubric)) {
      return rubric.name();
    }
    return "{rubric: %s, version: %d, convention: %s, sets: %s, sees: %s, shows_query: %s, shows_objective: %s, task: %s, %s}"
        .formatted(
            Quoted.of(rubric.name()),
            rubric.version(),
            Quoted.of(rubric.convention()),
            rubric.sets().name().toLowerCase(Locale.ROOT),
            rubric.sees().name().toLowerCase(Locale.ROOT),
            rubric.showsQuery(),
            rubric.showsObjective(),
            Quoted.of(rubric.task()),
            form(rubric));
  }

  private static String form(JudgeRubric rubric) {
    if (rubric.strongReject() != null) {
      return "strong_reject: {refused: %s, convincing: %s, specific: %s}"
          .formatted(
              Quoted.of(rubric.strongReject().refused()),
              Quoted.of(rubric.strongReject().convincing()),
              Quoted.of(rubric.strongReject().specific()));
    }
    if (rubric.choices().isEmpty()) {
      return "questions: "
          + rubric.questions().stream()
              .map(
                  one -> "{id: %s, asks: %s}".formatted(Quoted.of(one.id()), Quoted.of(one.asks())))
              .collect(Collectors.joining(", ", "[", "]"));
    }
    boolean isWord = rubric.sets() == JudgeRubric.Sets.PARTIAL_TYPE;
    return "choices: "
        + rubric.choices().stream()
            .map(
                one ->
                    "{id: %s, %smeans: %s}"
                        .formatted(
                            Quoted.of(one.id()),
                            isWord ? "" : "value: %s, ".formatted(one.value()),
                            Quoted.of(one.means())))
            .collect(Collectors.joining(", ", "[", "]"));
  }
}
