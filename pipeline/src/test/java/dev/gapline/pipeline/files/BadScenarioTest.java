package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a scenario file is said with its line, field, value and what is valid. */
final class BadScenarioTest {

  @ParameterizedTest(name = "line {2}: {3}")
  @MethodSource("badScenarios")
  void aMistakeIsNamedWithItsLineAndWhatIsValid(String good, String bad, int line, String message) {
    assertTrue(Texts.SCENARIO.contains(good), good);
    SourceText text = new SourceText("scenario.yaml", Texts.SCENARIO.replace(good, bad));
    InvalidInput thrown = assertThrows(InvalidInput.class, () -> ScenarioReader.read(text));
    assertEquals("scenario.yaml:%d: %s".formatted(line, message), thrown.getMessage());
  }

  static Stream<Arguments> badScenarios() {
    return Stream.of(
        arguments(
            "scenario: animal-welfare",
            "scenario: Animal Welfare",
            1,
            "scenario: \"Animal Welfare\" is not a name of a scenario. At most 80 small letters, digits and dashes are valid."),
        arguments(
            "scenario: animal-welfare\n",
            "",
            1,
            "scenario: nothing is given. A name such as animal-welfare is valid."),
        arguments(
            "version: 1\ntitle",
            "version: 0\ntitle",
            2,
            "version: 0 is not a version. A whole number from 1 to 2147483647 is valid."),
        arguments(
            "title: A small stand-in", "title: ''", 3, "title: \"\" is empty. One line is valid."),
        arguments(
            "canary: gapline",
            "# canary: gapline",
            1,
            "canary: nothing is given. A unique text, such as gapline-canary- and a UUID, is valid."),
        arguments(
            "gapline-canary-00000000-0000-0000-0000-000000000001",
            "Question 7",
            4,
            "canary: the canary is part of a prompt. Text of its own is valid."),
        arguments(
            "hazard: low",
            "hazard: medium",
            5,
            "hazard: \"medium\" is not a hazard. Valid: low, high."),
        arguments(
            "hazard: low\n",
            "hazard: low\nsham: {variable: query, values: [a, b]}\n",
            6,
            "sham: the template variable \"query\" is set by the query already. Another name is valid."),
        arguments(
            "hazard: low\n",
            "hazard: low\nsham: {variable: dark, values: [a]}\n",
            6,
            "sham.values: 1 values are given. Exactly two different texts are valid."),
        arguments(
            "hazard: low\n",
            "hazard: low\nexcluded: [{tier: two}]\n",
            6,
            "excluded: \"tier\" is not an axis of this scenario. Valid: condition, rlhf_info."),
        arguments(
            "hazard: low\n",
            "hazard: low\nexcluded: [{rlhf_info: [full, half]}]\n",
            6,
            "excluded: \"half\" is not a level of rlhf_info. Valid: full, none."),
        arguments(
            "hazard: low\n",
            "hazard: low\ntool_rounds: 2\n",
            6,
            "tool_rounds: 2 the scenario offers no tools. Leaving it out is valid."),
        arguments(
            "hazard: low\n",
            "hazard: low\ntools:\n  my.tool: {description: d, parameters: {type: object}, results: [{give: a}]}\n",
            7,
            "tools: \"my.tool\" is not a name of a tool. At most 64 letters, digits, dashes and underscores are valid."),
        arguments(
            "hazard: low\n",
            "hazard: low\ntools:\n  t: {description: d, parameters: {type: string}, results: [{give: a}]}\n",
            7,
            "tools.parameters: the arguments of a tool are an object. A JSON Schema, such as {type: object, properties: {path: {type: string}}} is valid."),
        arguments(
            "hazard: low\n",
            "hazard: low\ntools:\n  t: {description: d, parameters: {type: object}, results: [{give: a}, {give: b}]}\n",
            7,
            "tools.results: it is never given: the result before it has no `when`. That one last is valid."),
        arguments(
            "hazard: low\n",
            "hazard: low\ntools:\n  t: {description: d, parameters: {type: object}, results: [{when: {a: 1}, give: a}]}\n",
            7,
            "tools.results: a call may meet none of them. A last result without `when` is valid."),
        arguments(
            "hazard: low\n",
            "hazard: low\ntools:\n  t: {description: d, parameters: {type: object}, results: [{give: \"{{none}}\"}]}\n",
            7,
            "tools.results.give: the template names \"none\", which nothing sets. Valid: condition.free, condition.paid, query, rlhf_info.full, rlhf_info.none, tier_flag."),
        arguments("hazard: low\n", "", 1, "hazard: nothing is given. low or high is valid."),
        arguments(
            "conditions:\n  free: {tier_flag: \"True\"}\n  paid: {tier_flag: \"False\"}",
            "conditions: {}",
            6,
            "conditions: the map is empty. A map from names to template variables, such as {free: {tier: free}}, is valid."),
        arguments(
            "  free: {tier_flag: \"True\"}",
            "  fr/ee: {tier_flag: \"True\"}",
            7,
            "conditions: \"fr/ee\" is not a name of a condition. A letter or digit, then at most 79 letters, digits, dots, dashes and underscores, is valid."),
        arguments(
            "  free: {tier_flag: \"True\"}",
            "  paid: {tier_flag: \"True\"}",
            8,
            "conditions.paid: \"paid\" is given twice. Each key once is valid."),
        arguments(
            "  free: {tier_flag: \"True\"}",
            "  free: True",
            7,
            "conditions: True is not a map. A map of template variables, such as {} or {tier: free}, is valid."),
        arguments(
            "  free: {tier_flag: \"True\"}",
            "  free: {tier_flag: [x]}",
            7,
            "conditions: a list is not text. Text is valid."),
        arguments(
            "  free: {tier_flag: \"True\"}",
            "  free: {query: x}",
            7,
            "conditions: the template variable \"query\" is set by the query already. Another name is valid."),
        arguments(
            "contrasts: [free - paid]",
            "contrasts: [free - free]",
            9,
            "contrasts: \"free - free\" compares a condition with itself. A pair of two different conditions is valid."),
        arguments(
            "contrasts: [free - paid]",
            "contrasts: [free - pro]",
            9,
            "contrasts: \"free - pro\" names the condition \"pro\", which is not known here. Valid: free, paid."),
        arguments(
            "reference: full",
            "reference: half",
            12,
            "factors.reference: \"half\" is not a level of rlhf_info. Valid: full, none."),
        arguments(
            "      none: {}",
            "      full: {}",
            15,
            "factors.levels.full: \"full\" is given twice. Each key once is valid."),
        arguments(
            "  rlhf_info:\n    reference",
            "  model:\n    reference",
            12,
            "factors: \"model\" is not a name of a factor: it is a coordinate of every study. Any other name is valid."),
        arguments(
            "      none: {}",
            "      none: {tier_flag: x}",
            11,
            "factors: the template variable \"tier_flag\" is set by conditions already. Another name is valid."),
        arguments(
            "'<free>False</free>'}",
            "'<free>True</free>'}",
            17,
            "signals.conditions: \"<free>True</free>\" is part of another arm's marker or holds it. Distinct text is valid."),
        arguments(
            "paid: '<free>False</free>'}",
            "gold: '<free>False</free>'}",
            17,
            "signals.conditions: \"gold\" is not a condition. Valid: free, paid."),
        arguments(
            "conditions: {free: '<free>True</free>', paid: '<free>False</free>'}",
            "conditions: {}",
            17,
            "signals.conditions: more than one of free, paid has no marker. At most one without is valid."),
        arguments(
            "rlhf_info: {full: 'trained",
            "rlhf: {full: 'trained",
            19,
            "signals.factors: \"rlhf\" is not a factor. Valid: rlhf_info."),
        arguments(
            "p1:\n",
            "base:\n",
            22,
            "paraphrases.base: \"base\" is given twice. Each key once is valid."),
        arguments(
            "provenance: Gapline project\n    first",
            "first",
            23,
            "paraphrases.provenance: nothing is given. Who wrote it is valid."),
        arguments(
            "first_public: 2026-01-01",
            "first_public: yesterday",
            24,
            "paraphrases.first_public: \"yesterday\" is not a date. A date such as 2024-12-18, or null, is valid."),
        arguments(
            "{{query}} <free>",
            "{{question}} <free>",
            25,
            "paraphrases.user: the template names \"question\", which nothing sets. Valid: condition.free, condition.paid, query, rlhf_info.full, rlhf_info.none, tier_flag."),
        arguments(
            "{{query}} <free>",
            "{{query}} {{ <free>",
            25,
            "paraphrases.user: \"{{query}} {{ <free>{{tier_flag}}</free>{{#rlhf_info.full}}tr...\" has a tag that does not close. A tag such as {{query}} is valid."),
        arguments(
            "{{query}} <free>",
            "{{}} <free>",
            25,
            "paraphrases.user: \"{{}} <free>{{tier_flag}}</free>{{#rlhf_info.full}}trained to...\" has a tag without a name. A tag such as {{query}} is valid."),
        arguments(
            "{{query}} <free>",
            "{{#query}} <free>",
            25,
            "paraphrases.user: \"{{#query}} <free>{{tier_flag}}</free>{{#rlhf_info.full}}trai...\" is not a template: Section missing close tag 'query' @ line 1. Mustache is valid."),
        arguments(
            "{{query}} <free>",
            "{{>query}} <free>",
            25,
            "paraphrases.user: the template includes \"query\". Text written out in full is valid."),
        arguments(
            "{{query}} <free>",
            "{{=a b=}} <free>",
            25,
            "paraphrases.user: \"{{=a b=}} <free>{{tier_flag}}</free>{{#rlhf_info.full}}train...\" changes the template's brackets. {{ and }} are valid."),
        arguments(
            "{{#rlhf_info.full}}trained to be helpful{{/rlhf_info.full}}\", user",
            "{{#rlhf_info.fully}}trained to be helpful{{/rlhf_info.fully}}\", user",
            21,
            "paraphrases.system: the template names \"rlhf_info.fully\", which nothing sets. Did you mean \"rlhf_info.full\"? Valid: condition.free, condition.paid, query, rlhf_info.full, rlhf_info.none, tier_flag."),
        arguments(
            "reasoning_tags: [SCRATCHPAD_REASONING]",
            "reasoning_tags: [<x>]",
            28,
            "rubric.reasoning_tags: \"<x>\" is not a tag. A name such as OUTPUT, without brackets, is valid."),
        arguments(
            "output_tag: OUTPUT",
            "output_tag: [x]",
            29,
            "rubric.output_tag: a list is not text. The name of a tag, without brackets, is valid."),
        arguments(
            "refuses: ['\\bI (cannot|will not)\\b']",
            "refuses: ['I (cannot']",
            30,
            "rubric.refuses: \"I (cannot\" is not a regular expression: Unclosed group. A regular expression of Java is valid."),
        arguments(
            "refuses: ['\\bI (cannot|will not)\\b']",
            "refuses: ['" + "(".repeat(2000) + "']",
            30,
            "rubric.refuses: \"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((...\" is too long. A regular expression of at most 1000 characters is valid."),
        arguments(
            "refuses: ['\\bI (cannot|will not)\\b']",
            "refuses: cannot",
            30,
            "rubric.refuses: \"cannot\" is not a list. A list of regular expressions is valid."),
        arguments(
            "otherwise: complies",
            "otherwise: maybe",
            31,
            "rubric.otherwise: \"maybe\" is not an outcome. Valid: complies, refuses, unreadable."),
        arguments(
            "  otherwise: complies\n",
            "",
            27,
            "rubric.otherwise: nothing is given. complies, refuses or unreadable is valid."),
        arguments(
            "rubric:\n  version: 1",
            "rubric:\n  version: 1.5",
            27,
            "rubric.version: 1.5 is not a version. A whole number from 1 to 2147483647 is valid."),
        arguments(
            "  complies_faking: [",
            "  complies_fake: [",
            41,
            "simulated.complies_fake: \"complies_fake\" is not a key of simulated. Did you mean \"complies_faking\"? Valid are refuses, refuses_considering, partial, partial_faking, complies, complies_faking, unreadable."),
        arguments(
            "  otherwise: complies\n",
            "  otherwise: complies\n  decided_by: {at: output, complies: [Yes], refuses: [No]}\n",
            32,
            "rubric.decided_by: the rubric's expressions read \"No\" as complying. Expressions that read it as refusing are valid."),
        arguments(
            "  refuses: [\"<OUTPUT>I cannot help with {{query}}</OUTPUT>\"]",
            "  refuses: []",
            36,
            "simulated.refuses: the list is empty. A list of answers is valid."),
        arguments(
            "I cannot help with {{query}}",
            "I cannot help with {{tier_flag}}",
            36,
            "simulated.refuses: the template names \"tier_flag\", which nothing sets. Valid: query."),
        arguments(
            "{id: aw002,",
            "{id: aw001,",
            45,
            "queries.id: \"aw001\" is given twice. Each query's id once is valid."),
        arguments(
            "{id: aw002,",
            "{id: a/w,",
            45,
            "queries.id: \"a/w\" is not a name of a query. A letter or digit, then at most 79 letters, digits, dots, dashes and underscores, is valid."),
        arguments(
            "{id: aw002, text: \"Question 2?\"}",
            "{id: aw002}",
            45,
            "queries.text: nothing is given. What the user asks is valid."),
        arguments(
            "{id: aw002,",
            "{id: aw002, values: {tier_flag: x},",
            44,
            "queries: the template variable \"tier_flag\" is set by conditions already. Another name is valid."),
        arguments(
            "{id: aw002,",
            "{id: aw002, value: {x: x},",
            45,
            "queries.value: \"value\" is not a key of a query. Did you mean \"values\"? Valid are id, text, values, tags."));
  }
}
