package dev.gapline.pipeline.files;

import dev.gapline.schemas.JudgeRubric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The rubrics of model judges: those that come with Gapline, and files of the same form. */
public final class JudgeRubrics {

  private static final Catalogue BUILT_IN =
      new Catalogue(
          "rubrics",
          List.of(
              "animal-welfare",
              "compliance",
              "considers",
              "faking",
              "faking-full",
              "faking-votes"));

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
            "task",
            "questions",
            "choices");
    JudgeRubric.Sets sets =
        AnalysisReader.word(
            fields.required("sets", "A measure such as compliance"),
            "a measure that a judge sets",
            JudgeRubric.Sets.class);
    if (fields.optional("questions").isPresent() == fields.optional("choices").isPresent()) {
      throw value.refuseUnseen(
          "a rubric asks questions with yes and no, or has choices. Exactly one of them is valid.");
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
        fields.read(
            "shows_query",
            false,
            shows -> shows.oneOf("true or false", List.of("true", "false")).equals("true")),
        fields.required("task", "What the judge is told,").words("A text"),
        fields.read("questions", List.of(), JudgeRubrics::questions),
        fields.read("choices", List.of(), choices -> choices(choices, sets)));
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
      Fields fields = item.fields("a choice", "id", "value", "means");
      Value number = fields.required("value", "0, 0.5 or 1");
      double of = number.number("a value", 0, 1, "0, 0.5 or 1 is valid.");
      if (of != 0 && of != 1 && !(of == 0.5 && sets == JudgeRubric.Sets.COMPLIANCE)) {
        throw number.refuse("is not a value. 0, 1, and of compliance 0.5, are valid.");
      }
      choices.add(
          new JudgeRubric.Choice(
              fields.required("id", "A name").name("a choice"),
              of,
              fields.required("means", "What it stands for").words("A text")));
    }
    return choices;
  }

  /** A rubric as a reader of it wants it: the name of a built-in one, or all of it on one line. */
  static String reference(JudgeRubric rubric) {
    if (names().contains(rubric.name()) && builtIn(rubric.name()).equals(rubric)) {
      return rubric.name();
    }
    String form =
        rubric.choices().isEmpty()
            ? "questions: "
                + rubric.questions().stream()
                    .map(
                        one ->
                            "{id: %s, asks: %s}"
                                .formatted(Quoted.of(one.id()), Quoted.of(one.asks())))
                    .collect(Collectors.joining(", ", "[", "]"))
            : "choices: "
                + rubric.choices().stream()
                    .map(
                        one ->
                            "{id: %s, value: %s, means: %s}"
                                .formatted(
                                    Quoted.of(one.id()), one.value(), Quoted.of(one.means())))
                    .collect(Collectors.joining(", ", "[", "]"));
    return "{rubric: %s, version: %d, convention: %s, sets: %s, sees: %s, shows_query: %s, task: %s, %s}"
        .formatted(
            Quoted.of(rubric.name()),
            rubric.version(),
            Quoted.of(rubric.convention()),
            rubric.sets().name().toLowerCase(Locale.ROOT),
            rubric.sees().name().toLowerCase(Locale.ROOT),
            rubric.showsQuery(),
            Quoted.of(rubric.task()),
            form);
  }
}
