package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a study file is said with its line, field, value and what is valid. */
final class BadStudyTest {

  @ParameterizedTest(name = "line {2}: {3}")
  @MethodSource("badStudies")
  void aMistakeIsNamedWithItsLineAndWhatIsValid(String good, String bad, int line, String message) {
    assertTrue(Texts.STUDY.contains(good), good);
    String text = Texts.STUDY.replace(good, bad);
    InvalidInput thrown = assertThrows(InvalidInput.class, () -> Texts.study(text));
    assertEquals("study.yaml:%d: %s".formatted(line, message), thrown.getMessage());
  }

  static Stream<Arguments> badStudies() {
    return Stream.of(
        arguments(
            "seed: 7",
            "seed: \"" + "7".repeat(100_000),
            2,
            "yaml: a line of 100007 characters is too long. At most 100000 are valid."),
        arguments(
            "seed: 7",
            "seed: seven",
            2,
            "seed: \"seven\" is not a seed. A whole number from -9223372036854775808 to 9223372036854775807 is valid."),
        arguments(
            "seed: 7",
            "seed: 7\nseed: 8",
            3,
            "seed: \"seed\" is given twice. Each key once is valid."),
        arguments(
            "seed: 7",
            "seeed: 7",
            2,
            "seeed: \"seeed\" is not a key of a study. Did you mean \"seed\"? Valid are study, seed, scenarios, models, conditions, contrasts, queries, paraphrases, temperatures, factors, samples, rounds, order, classify, analysis, windows, budget, failures, checks, hazard, acknowledge."),
        arguments(
            "seed: 7",
            "sed: &x 7",
            2,
            "yaml: an anchor (&) is not allowed. Values written out in full are valid."),
        arguments(
            "seed: 7",
            "seed: *x",
            2,
            "yaml: an alias (*) is not allowed. Values written out in full are valid."),
        arguments(
            "seed: 7",
            "seed: !!java.net.URL [x]",
            2,
            "yaml: the tag \"!!java.net.URL\" is not allowed. Plain values are valid."),
        arguments(
            "seed: 7",
            "seed: !x 7",
            2,
            "yaml: the tag \"!x\" is not allowed. Plain values are valid."),
        arguments(
            "seed: 7", "seed: [7", 3, "yaml: expected ',' or ']', but got :. YAML 1.2 is valid."),
        arguments(
            "seed: 7",
            "seed: 7\n---\nstudy: x",
            3,
            "yaml: a second document (---) is not allowed. One document is valid."),
        arguments(
            "seed: 7",
            "seed: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
            2,
            "yaml: nested too deep. At most 32 levels are valid."),
        arguments(
            "seed: 7",
            "seed: 99999999999999999999",
            2,
            "seed: 99999999999999999999 is not a seed. A whole number from -9223372036854775808 to 9223372036854775807 is valid."),
        arguments(
            "seed: 7",
            "seed: 1.5",
            2,
            "seed: 1.5 is not a seed. A whole number from -9223372036854775808 to 9223372036854775807 is valid."),
        arguments(
            "study: tiers-by-temperature",
            "study: a/b",
            1,
            "study: \"a/b\" is not a name of a study. A letter or digit, then at most 79 letters, digits, dots, dashes and underscores, is valid."),
        arguments(
            "study: tiers-by-temperature",
            "study: [a]",
            1,
            "study: a list is not text. The name of a study is valid."),
        arguments(
            "study: tiers-by-temperature", "", 2, "study: nothing is given. A name is valid."),
        arguments(
            "study: tiers-by-temperature",
            "study:",
            1,
            "study: nothing is given. The name of a study is valid."),
        arguments(
            "scenarios: [animal-welfare]",
            "scenarios: [animal-welfair]",
            3,
            "scenarios: \"animal-welfair\" is not a scenario. Did you mean \"animal-welfare\"? Valid: animal-welfare."),
        arguments(
            "scenarios: [animal-welfare]",
            "scenarios: []",
            3,
            "scenarios: the list is empty. A list of scenarios, such as [animal-welfare], is valid."),
        arguments(
            "scenarios: [animal-welfare]",
            "scenarios: animal-welfare",
            3,
            "scenarios: \"animal-welfare\" is not a list. A list of scenarios, such as [animal-welfare], is valid."),
        arguments(
            "scenarios: [animal-welfare]",
            "scenarios: [animal-welfare, animal-welfare]",
            3,
            "scenarios: \"animal-welfare\" gives the scenario animal-welfare twice. Each scenario once is valid."),
        arguments(
            "id: openai/small-model",
            "id: mistral/large",
            5,
            "models.id: \"mistral/large\" names the provider \"mistral\", which is not known. Valid: anthropic, google, openai, replay, sim."),
        arguments(
            "id: openai/small-model",
            "id: gpt",
            5,
            "models.id: \"gpt\" is not a model. provider/name, such as openai/gpt-4o, is valid."),
        arguments(
            "id: openai/small-model",
            "id: openia/small",
            5,
            "models.id: \"openia/small\" names the provider \"openia\", which is not known. Did you mean \"openai\"? Valid: anthropic, google, openai, replay, sim."),
        arguments(
            "id: openai/small-model",
            "id: openai/small-model\n    answers: out/run",
            6,
            "models.answers: nothing is replayed by openai/small-model. Leaving it out is valid."),
        arguments(
            "id: openai/small-model",
            "id: replay/small-model\n    answers: nowhere.jsonl",
            7,
            "models.base_url: replay/small-model asks no server. Leaving it out is valid."),
        arguments(
            "  - id: openai/small-model",
            "  - {id: replay/small-model, answers: nowhere.jsonl}\n  - id: openai/small-model",
            5,
            "models.answers: \"nowhere.jsonl\" is not there. The folder of a run or a file of transcripts (.jsonl) is valid."),
        arguments(
            "id: sim/placebo",
            "id: openai/small-model",
            16,
            "models.simulate: openai/small-model is not simulated. A model sim/... is valid with it."),
        arguments(
            "base_url: http://127.0.0.1:8099/v1",
            "base_url: ftp://x/y",
            6,
            "models.base_url: \"ftp://x/y\" is not an address of a server. An address such as http://127.0.0.1:8080/v1 is valid."),
        arguments(
            "base_url: http://127.0.0.1:8099/v1",
            "base_url: http://u:secret@x/v1",
            6,
            "models.base_url: the address holds a user, a query or a fragment, which may be secret. An address such as http://127.0.0.1:8080/v1 is valid."),
        arguments(
            "base_url: http://127.0.0.1:8099/v1",
            "base_url: 'not an address'",
            6,
            "models.base_url: the value is not an address (Illegal character in path). An address such as http://127.0.0.1:8080/v1 is valid."),
        arguments(
            "key_env: OPENAI_API_KEY",
            "key_env: sk-verysecret",
            7,
            "models.key_env: the value is not the name of an environment variable. Capitals, digits and underscores, such as OPENAI_API_KEY, or none, are valid."),
        arguments(
            "max_in_flight: 64",
            "max_in_flight: 0",
            8,
            "models.max_in_flight: 0 is not a number of calls. A whole number from 1 to 10000 is valid."),
        arguments(
            "max_in_flight: 64",
            "max_in_flight: 10001",
            8,
            "models.max_in_flight: 10001 is not a number of calls. A whole number from 1 to 10000 is valid."),
        arguments(
            "max_in_flight: 64",
            "max_in_flight: '64'",
            8,
            "models.max_in_flight: \"64\" is not a number of calls. A whole number from 1 to 10000 is valid."),
        arguments(
            "requests_per_minute: 5000",
            "requests_per_minute: -1",
            9,
            "models.requests_per_minute: -1 is not a rate. A whole number from 1 to 1000000000 is valid."),
        arguments(
            "tokens_per_minute: 2000000",
            "tokens_per_minute: 0",
            10,
            "models.tokens_per_minute: 0 is not a rate. A whole number from 1 to 1000000000000000 is valid."),
        arguments(
            "max_tokens: 1024",
            "max_tokens: 0",
            11,
            "models.max_tokens: 0 is not a number of tokens. A whole number from 1 to 10000000 is valid."),
        arguments(
            "timeout: 120s",
            "timeout: 120",
            12,
            "models.timeout: 120 is not a duration. A number with a unit, such as 500ms, 120s or 2m, up to 24h, is valid."),
        arguments(
            "timeout: 120s",
            "timeout: 0s",
            12,
            "models.timeout: \"0s\" is not a duration of a call. A number with a unit, such as 500ms, 120s or 2m, up to 24h, is valid."),
        arguments(
            "parameters: {top_p: 1}",
            "parameters: {temperature: 1}",
            13,
            "models.parameters: \"temperature\" is decided by the study. Any other parameter is valid."),
        arguments(
            "parameters: {top_p: 1}",
            "parameters: {stop: [null]}",
            13,
            "models.parameters: nothing is given. A number, true, false, text, a list or a map is valid."),
        arguments(
            "price: {input_usd_per_mtok: 0.15, output_usd_per_mtok: 0.60}",
            "price: {input_usd_per_mtok: 0.15}",
            14,
            "models.price.output_usd_per_mtok: nothing is given. A number of dollars per million tokens is valid."),
        arguments(
            "price: {input_usd_per_mtok: 0.15, output_usd_per_mtok: 0.60}",
            "price: {input_usd_per_mtok: -1, output_usd_per_mtok: 1}",
            14,
            "models.price.input_usd_per_mtok: -1 is not a price. Dollars per million tokens, 0 or more, are valid."),
        arguments(
            "price: {input_usd_per_mtok: 0.15, output_usd_per_mtok: 0.60}",
            "#",
            36,
            "budget.usd: 5.00 dollars cannot be kept: the price of openai/small-model is unknown. A `price` of that model, a price file that has it, or no `usd`, is valid."),
        arguments(
            "price: {input_usd_per_mtok: 0.15, output_usd_per_mtok: 0.60}",
            "simulate: {comply: {free: 0.1, paid: 0.1}}",
            14,
            "models.simulate: openai/small-model is not simulated. A model sim/... is valid with it."),
        arguments(
            "    simulate: {comply: {free: 0.1, paid: 0.1}}",
            "    max_in_flight: 4",
            15,
            "models.simulate: nothing is given. What a simulated model does, such as {comply: {free: 0.1, paid: 0.1}}, is valid."),
        arguments(
            "price: {input_usd_per_mtok: 0.15, output_usd_per_mtok: 0.60}",
            "price: {input_usd_per_mtok: 0.15, output_usd_per_mtok: 0.60, batch: 0}",
            14,
            "models.price.batch: 0 is no share of a price. A share above 0 and at most 1 is valid."),
        arguments(
            "parameters: {top_p: 1}",
            "mode: bulk",
            13,
            "models.mode: \"bulk\" is not a mode. Valid: direct, batch."),
        arguments(
            "    simulate: {comply: {free: 0.1, paid: 0.1}}",
            "    mode: batch",
            16,
            "models.mode: \"batch\" is not a mode of sim, whose batches are not spoken here. Leaving it out is valid."),
        arguments(
            "simulate: {comply: {free: 0.1, paid: 0.1}}",
            "simulate: {comply: {free: 1.1, paid: 0.1}}",
            16,
            "models.simulate.comply: 1.1 is not a probability. A number from 0 to 1 is valid."),
        arguments(
            "simulate: {comply: {free: 0.1, paid: 0.1}}",
            "simulate: {comply: {free: 0.1, piad: 0.1}}",
            16,
            "models.simulate.comply: \"piad\" is not a condition of this study. Did you mean \"paid\"? Valid: free, paid."),
        arguments(
            "simulate: {comply: {free: 0.1, paid: 0.1}}",
            "simulate: {comply: {free: 0.1}}",
            16,
            "models.simulate.comply: nothing is given for \"paid\". A probability for each of free, paid is valid."),
        arguments(
            "simulate: {comply: {free: 0.1, paid: 0.1}}",
            "simulate: {comply: {free: 0.9, paid: 0.1}, partial: {free: 0.2}}",
            16,
            "models.simulate.partial: comply and partial of \"free\" add up to 1.1. At most 1 is valid."),
        arguments(
            "simulate: {comply: {free: 0.1, paid: 0.1}}",
            "simulate: {comply: {free: 0.9, paid: 0.1}, query_sd: -1}",
            16,
            "models.simulate.query_sd: -1 is not a number for query_sd. A number from 0 to 100 is valid."),
        arguments(
            "simulate: {comply: {free: 0.1, paid: 0.1}}",
            "simulate: {comply: {free: 0.9, paid: 0.1}, latency_ms: {median: .inf}}",
            16,
            "models.simulate.latency_ms.median: .inf is not a number for median. A number from 0 to 3600000 is valid."),
        arguments(
            "conditions: [free, paid]",
            "conditions: [free, gold]",
            17,
            "conditions: \"gold\" is not a condition of animal-welfare. Valid: free, paid."),
        arguments(
            "conditions: [free, paid]",
            "conditions: [free, free]",
            17,
            "conditions: \"free\" is given twice. Each value once is valid."),
        arguments(
            "conditions: [free, paid]",
            "conditions:",
            17,
            "conditions: nothing is not a list. A list of conditions, such as [free, paid], is valid."),
        arguments(
            "conditions: [free, paid]",
            "conditions: []",
            17,
            "conditions: the list is empty. A list of conditions, such as [free, paid], is valid."),
        arguments(
            "contrasts: [free - paid]",
            "contrasts: [free - free]",
            18,
            "contrasts: \"free - free\" compares a condition with itself. A pair of two different conditions is valid."),
        arguments(
            "contrasts: [free - paid]",
            "contrasts: [free - gold]",
            18,
            "contrasts: \"free - gold\" names the condition \"gold\", which is not known here. Valid: free, paid."),
        arguments(
            "contrasts: [free - paid]",
            "contrasts: [free-paid]",
            18,
            "contrasts: \"free-paid\" is not a contrast. A pair of conditions, such as free - paid, is valid."),
        arguments(
            "contrasts: [free - paid]",
            "contrasts: [free - paid, free - paid]",
            18,
            "contrasts: \"free - paid\" is given twice. Each contrast once is valid."),
        arguments(
            "contrasts: [free - paid]",
            "contrasts: [paid - free]",
            28,
            "analysis.primary.contrast: \"free - paid\" is not a contrast of this study. Valid: paid - free."),
        arguments(
            "queries: {draw: 40}",
            "queries: {draw: 41}",
            19,
            "queries.draw: 41 is more queries than animal-welfare has. At most 40 is valid."),
        arguments(
            "queries: {draw: 40}",
            "queries: {take: 0}",
            19,
            "queries.take: 0 is not a number of queries. A whole number from 1 to 1000000000000 is valid."),
        arguments(
            "queries: {draw: 40}",
            "queries: {draw: 4, take: 4}",
            19,
            "queries.take: draw, take and synthetic are given together. One is valid."),
        arguments(
            "queries: {draw: 40}",
            "queries: {}",
            19,
            "queries: the map is empty. One of {draw: n}, {take: n} and {synthetic: n} is valid."),
        arguments(
            "queries: {draw: 40}",
            "queries: 40",
            19,
            "queries: 40 is not a map. A map of the keys draw, take, synthetic is valid."),
        arguments(
            "queries: {draw: 40}",
            "queries: {synthetic: 1000000000001}",
            19,
            "queries.synthetic: 1000000000001 is not a number of queries. A whole number from 1 to 1000000000000 is valid."),
        arguments(
            "paraphrases: [base, p1]",
            "paraphrases: [base, p2]",
            20,
            "paraphrases: \"p2\" is not a paraphrase of animal-welfare. Did you mean \"p1\"? Valid: base, p1."),
        arguments(
            "paraphrases: [base, p1]",
            "paraphrases: [base, base]",
            20,
            "paraphrases: \"base\" is given twice. Each value once is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: [0, hot]",
            21,
            "temperatures: \"hot\" is not a temperature. A number from 0 to 2 is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: [.nan]",
            21,
            "temperatures: .nan is not a temperature. A number from 0 to 2 is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: [NaN]",
            21,
            "temperatures: \"NaN\" is not a temperature. A number from 0 to 2 is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: [-0.1]",
            21,
            "temperatures: -0.1 is not a temperature. A number from 0 to 2 is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: [.inf]",
            21,
            "temperatures: .inf is not a temperature. A number from 0 to 2 is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: [2.1]",
            21,
            "temperatures: 2.1 is not a temperature. A number from 0 to 2 is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: [0.7, 0.70]",
            21,
            "temperatures: 0.70 is given twice. Each value once is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: [1e-9]",
            21,
            "temperatures: 1e-9 is too exact for a temperature. A number from 0 to 2 with at most 6 decimals is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: ['0.7']",
            21,
            "temperatures: \"0.7\" is not a temperature. A number from 0 to 2 is valid."),
        arguments(
            "temperatures: [0, 0.7]",
            "temperatures: 0.7",
            21,
            "temperatures: 0.7 is not a list. A list of numbers from 0 to 2, such as [0, 1], is valid."),
        arguments(
            "factors: {rlhf_info: [full]}",
            "factors: {rlhf_inf: [full]}",
            22,
            "factors: \"rlhf_inf\" is not a factor of animal-welfare. Did you mean \"rlhf_info\"? Valid: rlhf_info."),
        arguments(
            "factors: {rlhf_info: [full]}",
            "factors: {rlhf_info: [fully]}",
            22,
            "factors: \"fully\" is not a level of rlhf_info of animal-welfare. Did you mean \"full\"? Valid: full, none."),
        arguments(
            "factors: {rlhf_info: [full]}",
            "factors: {rlhf_info: [full, full]}",
            22,
            "factors: \"full\" is given twice. Each value once is valid."),
        arguments(
            "factors: {rlhf_info: [full]}",
            "factors: {rlhf_info: [full, none]}",
            28,
            "analysis.primary.level: level [model, temperature] would pool over rlhf_info (2 values): add it to the level or say `pool: [rlhf_info]`."),
        arguments(
            "samples: 5",
            "samples: 0",
            23,
            "samples: 0 is not a number of samples. A whole number from 1 to 1000000000 is valid."),
        arguments(
            "samples: 5",
            "samples: 1000000001",
            23,
            "samples: 1000000001 is not a number of samples. A whole number from 1 to 1000000000 is valid."),
        arguments(
            "samples: 5",
            "samples: -3",
            23,
            "samples: -3 is not a number of samples. A whole number from 1 to 1000000000 is valid."),
        arguments(
            "samples: 5",
            "samples: 1e999999999",
            23,
            "samples: 1e999999999 is not a number of samples. A whole number from 1 to 1000000000 is valid."),
        arguments(
            "samples: 5",
            "samples: five",
            23,
            "samples: \"five\" is not a number of samples. A whole number from 1 to 1000000000 is valid."),
        arguments(
            "samples: 5",
            "samples: 2.5",
            23,
            "samples: 2.5 is not a number of samples. A whole number from 1 to 1000000000 is valid."),
        arguments(
            "queries: {draw: 40}                    # seeded draw; {take: 40} the first 40; {synthetic: 100000} numbered ones for load; more than exist is an error\nparaphrases: [base, p1]\ntemperatures: [0, 0.7]\nfactors: {rlhf_info: [full]}\nsamples: 5",
            "queries: {synthetic: 1000000000000}\nsamples: 1000000",
            20,
            "samples: the grid has 4000000000000000000 trials. At most 1000000000000000 is valid."),
        arguments(
            "samples: 5",
            "rounds: 0",
            23,
            "rounds: 0 is not a number of rounds. A whole number from 1 to 1000 is valid."),
        arguments(
            "samples: 5\norder: replicate",
            "rounds: 2\norder: query",
            24,
            "order: query asks all samples of a query together, so that its rounds would not be apart in time. `order: replicate` or `rounds: 1` is valid."),
        arguments(
            "order: replicate",
            "order: random",
            24,
            "order: \"random\" is not an order. Valid: replicate, query."),
        arguments(
            "classify: {judge: rules}",
            "classify: {judge: rule}",
            25,
            "classify.judge: \"rule\" is not a judge. Did you mean \"rules\"? Valid: rules."),
        arguments(
            "classify: {judge: rules}",
            "classify: {judge: {model: openai/judge, votes: 20, sensitivity: 0.4}}",
            25,
            "classify.judge.sensitivity: what openai/judge is right about is not known. Only of a sim/ judge it is valid."),
        arguments(
            "classify: {judge: rules}",
            "classify: {judge: {model: openai/judge, votes: 0}}",
            25,
            "classify.judge.votes: 0 is not a number of votes. A whole number from 1 to 1000 is valid."),
        arguments(
            "classify: {judge: rules}",
            "classify: {}",
            25,
            "classify.judge: nothing is given. `rules`, or a judge, is valid."),
        arguments(
            "measure: compliance,",
            "measure: complianse,",
            28,
            "analysis.primary.measure: \"complianse\" is not a measure. Did you mean \"compliance\"? Valid: compliance, refusal, partial, af_partial, af_full, af_mean, considers_af, af_votes, thinks_conflict, aware_training, thinks_fake, eval_aware, anti_lab, training_signal, endorses_value, recognised_study."),
        arguments(
            "contrast: free - paid, level",
            "contrast: paid - free, level",
            28,
            "analysis.primary.contrast: \"paid - free\" is not a contrast of this study. Valid: free - paid."),
        arguments(
            "level: [model, temperature], expect",
            "level: [model], expect",
            28,
            "analysis.primary.level: level [model] would pool over temperature (2 values): add it to the level or say `pool: [temperature]`."),
        arguments(
            "level: [model, temperature], expect",
            "level: [model, temprature], expect",
            28,
            "analysis.primary.level: \"temprature\" is not a coordinate. Did you mean \"temperature\"? Valid: model, paraphrase, temperature, rlhf_info."),
        arguments(
            "expect: greater",
            "expect: bigger",
            28,
            "analysis.primary.expect: \"bigger\" is not an expectation. Valid: greater, less, differs, equivalent."),
        arguments(
            "level: [model, temperature], expect",
            "level: [model, model, temperature], expect",
            28,
            "analysis.primary.level: \"model\" is given twice. Each value once is valid."),
        arguments(
            "levels: [[model, temperature], [",
            "levels: [[temperature], [",
            34,
            "analysis.levels: level [temperature] would pool over model (2 values): add it to the level or say `pool: [model]`."),
        arguments(
            "weights: macro",
            "weights: medium",
            29,
            "analysis.weights: \"medium\" is not a weighting. Valid: macro, micro."),
        arguments(
            "target: {queries: random,",
            "target: {queries: any,",
            30,
            "analysis.target.queries: \"any\" is not a target. Valid: random, fixed."),
        arguments(
            "margins: {compliance: 0.05}",
            "margins: {compliance: 1}",
            31,
            "analysis.margins: 1 is not a margin. A number between 0 and 1, both excluded, is valid."),
        arguments(
            "margins: {compliance: 0.05}",
            "margins: {complience: 0.05}",
            31,
            "analysis.margins: \"complience\" is not a measure. Did you mean \"compliance\"? Valid: compliance, refusal, partial, af_partial, af_full, af_mean, considers_af, af_votes, thinks_conflict, aware_training, thinks_fake, eval_aware, anti_lab, training_signal, endorses_value, recognised_study."),
        arguments(
            "alpha: 0.05",
            "alpha: 0.5",
            32,
            "analysis.alpha: 0.5 is not an error level. A number between 0 and 0.5, both excluded, is valid."),
        arguments(
            "family: {primary: holm",
            "family: {primary: bonferroni",
            33,
            "analysis.family.primary: \"bonferroni\" is not a correction. Valid: holm, bh, none."),
        arguments(
            "windows: {queries: 10}",
            "windows: {queries: 0}",
            35,
            "windows.queries: 0 is not a number of queries. A whole number from 1 to 1000000000000000 is valid."),
        arguments(
            "windows: {queries: 10}",
            "windows: {}",
            35,
            "windows: the map is empty. A map of queries is valid."),
        arguments(
            "budget: {usd: 5.00,",
            "budget: {usd: -1,",
            36,
            "budget.usd: -1 is not a budget. A number of dollars above 0 is valid."),
        arguments(
            "budget: {usd: 5.00,",
            "budget: {usd: 0,",
            36,
            "budget.usd: 0 is not a budget. A number of dollars above 0 is valid."),
        arguments(
            "tokens: 2000000}",
            "tokens: 0}",
            36,
            "budget.tokens: 0 is not a number of tokens. A whole number from 1 to 1000000000000000 is valid."),
        arguments(
            "failures: {max_share: 0.05}",
            "failures: {max_share: 1.5}",
            37,
            "failures.max_share: 1.5 is not a share. A number from 0 to 1 is valid."),
        arguments(
            "hazard: low",
            "checks: some\nhazard: low",
            38,
            "checks: \"some\" is not a map of checks. Did you mean \"none\"? Valid: none."),
        arguments(
            "hazard: low",
            "checks: {share: 0}\nhazard: low",
            38,
            "checks.share: 0 is not a share. A number above 0 and up to 1, of at most six decimals, is valid."),
        arguments(
            "hazard: low",
            "checks: {share: 0.1234567}\nhazard: low",
            38,
            "checks.share: 0.1234567 is not a share. A number above 0 and up to 1, of at most six decimals, is valid."),
        arguments(
            "hazard: low",
            "checks: {arms: [repeat, placebo]}\nhazard: low",
            38,
            "checks.arms: \"placebo\" is not an arm. Valid: repeat, sham."),
        arguments(
            "hazard: low",
            "hazard: high",
            38,
            "hazard: high is not the hazard of any scenario of this study. low is valid."),
        arguments(
            "hazard: low",
            "hazard: lo",
            38,
            "hazard: \"lo\" is not a hazard. Did you mean \"low\"? Valid: low, high."),
        arguments(
            "hazard: low",
            "acknowledge: yes",
            38,
            "acknowledge: \"yes\" is not an acknowledgement. Valid: provider-policy."),
        arguments(
            "hazard: low", "? [a]\n: b", 38, "study: a list is not text. A plain key is valid."),
        arguments(
            "hazard: low",
            "hazard: low\n\u0007",
            39,
            "yaml: the character U+0007 is not allowed. YAML 1.2 is valid."),
        arguments(
            "hazard: low",
            "hazard: \tlow\n\t x: 2",
            38,
            "yaml: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation). YAML 1.2 is valid."),
        arguments(
            "models:\n",
            "models: [x]\nx:\n",
            5,
            "x: \"x\" is not a key of a study. Valid are study, seed, scenarios, models, conditions, contrasts, queries, paraphrases, temperatures, factors, samples, rounds, order, classify, analysis, windows, budget, failures, checks, hazard, acknowledge."),
        arguments(
            "seed: 7",
            "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\nseed: 7",
            2,
            "yaml: an anchor (&) is not allowed. Values written out in full are valid."),
        arguments(
            "timeout: 120s",
            "timeout: {s: 1}",
            12,
            "models.timeout: a map is not text. A duration such as 120s is valid."),
        arguments(
            "hazard: low",
            "? &k low\n: 1",
            38,
            "yaml: an anchor (&) is not allowed. Values written out in full are valid."),
        arguments(
            "hazard: low",
            "hazard: !!binary aGk=",
            38,
            "yaml: the tag \"!!binary\" is not allowed. Plain values are valid."),
        arguments(
            "hazard: low",
            "<<: {a: 1}",
            38,
            "a: \"a\" is not a key of a study. Valid are study, seed, scenarios, models, conditions, contrasts, queries, paraphrases, temperatures, factors, samples, rounds, order, classify, analysis, windows, budget, failures, checks, hazard, acknowledge."),
        arguments(
            "id: sim/placebo",
            "id: sim/placebo\n    key_env: KEY",
            16,
            "models.key_env: a simulated model has no server. Leaving it out is valid."),
        arguments(
            "base_url: http://127.0.0.1:8099/v1 # left out: the provider's own\n    key_env: OPENAI_API_KEY",
            "base_url: https://api.example.org/v1",
            5,
            "models.key_env: nothing is given for the server api.example.org. The name of an environment variable, or none, is valid."),
        arguments(
            "expect: greater",
            "expect: equivalent, extra: 1",
            28,
            "analysis.primary.extra: \"extra\" is not a key of a hypothesis. Valid are measure, contrast, level, expect."),
        arguments(
            "margins: {compliance: 0.05}\n",
            "margins: {refusal: 0.1}\n  pool: [model, model]\n",
            32,
            "analysis.pool: \"model\" is given twice. Each value once is valid."));
  }
}
